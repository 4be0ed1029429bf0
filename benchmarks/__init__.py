"""Speed, as ratios measured in one run: `python -m benchmarks.event_page`, or `make bench` for all."""

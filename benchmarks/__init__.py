"""Benchmarks, as ratios measured in one run: `python -m benchmarks.event_page`, `make bench` for all."""

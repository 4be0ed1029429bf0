"""The agenda: overlaps, empty times, moves, and its layout for readers."""

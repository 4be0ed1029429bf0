"""The programme: overlaps, gaps, moves, and its layout for readers."""

"""Planning, publishing and finding events."""

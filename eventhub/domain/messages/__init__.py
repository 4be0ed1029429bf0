"""When messages fall due."""

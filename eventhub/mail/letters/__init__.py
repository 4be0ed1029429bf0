"""Rendering of a message as a letter in its recipient's language."""

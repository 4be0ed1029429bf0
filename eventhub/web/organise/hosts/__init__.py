"""The hosts of an event."""

"""The registrants of an event."""

"""The list of events, an event, and both as calendars."""

"""The list of events, an event's page, and both as calendars."""

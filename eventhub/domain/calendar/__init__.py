"""iCalendar entries (RFC 5545) and their time zones."""

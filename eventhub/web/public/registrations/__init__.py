"""The registration form, and a participant's own page."""

"""The rules: pure functions and values; no framework, no database, no clock."""

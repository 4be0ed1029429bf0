"""Planning, publishing and filtering events."""

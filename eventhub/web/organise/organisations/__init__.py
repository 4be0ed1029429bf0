"""An organisation's own page."""

"""Registration details, when a form is open, and filters of registrants."""

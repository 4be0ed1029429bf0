"""Create, edit, copy, publish, cancel and delete events."""

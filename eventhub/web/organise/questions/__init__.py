"""The registration form's own questions."""

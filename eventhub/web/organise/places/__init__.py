"""Places, the registration form's questions, and invitation links."""

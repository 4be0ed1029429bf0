"""The registration form: places, questions, invitation links."""

"""Places, who can register, and invitation links."""

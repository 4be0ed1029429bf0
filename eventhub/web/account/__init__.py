"""Signing in, and a member of staff's own account."""

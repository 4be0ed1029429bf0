"""Signing in, and the account of a member of staff."""

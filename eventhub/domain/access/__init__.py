"""Roles and their permissions, and tokens in links."""

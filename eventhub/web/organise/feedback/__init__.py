"""Surveys and their results."""

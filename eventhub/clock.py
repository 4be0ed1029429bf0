"""The one place that reads the clock; rules and services are handed `now`."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)

"""EventHub: events that several organisations hold together.

Importing this package loads nothing; `eventhub.app.create_app` puts the parts together. It only makes the
pinned package `tzdata` the one source of time zones, in every process: a system's own zones may be years old.
"""

from zoneinfo import reset_tzpath

reset_tzpath(())

"""The outbox: put messages into it, claim them, end them. `from eventhub.mail import outbox`.

The database is the truth. A worker holds a claimed message for a lease; what it does with it afterwards is fenced by
owner and attempt number, so that a worker that slept through its lease changes nothing. One person's messages keep
their order: none is claimed while an earlier one of the same person is unfinished, or a cancellation might reach their
calendar before the invitation.
"""

from .claims import (
    LEASE,
    RETRY_DELAYS,
    Claim,
    Frozen,
    claim,
    freeze,
    give_back,
    mark_delivered,
    mark_dropped,
    mark_failed,
    mark_missed,
    overdue_messages,
    retry,
)
from .nudge import nudge_after_commit
from .queue import PUT_COLUMNS, Registered, put, put_many, put_selected
from .unreached import people_unreached

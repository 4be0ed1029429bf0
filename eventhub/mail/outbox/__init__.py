"""The outbox (transactional outbox): put messages, claim them, finish them.

The database is the truth. A worker claims a message for a lease. Its later updates are fenced by its owner name and
the attempt number, so that a worker that outslept its lease changes nothing. One person's messages keep their
order: none is claimed while an earlier one of theirs is unfinished; otherwise a cancellation might reach their
calendar before the invitation. `from eventhub.mail import outbox`.
"""

from .claims import (
    LEASE,
    RETRY_DELAYS,
    Claim,
    Frozen,
    claim,
    freeze,
    frozen_body,
    give_back,
    mark_delivered,
    mark_dropped,
    mark_failed,
    mark_missed,
    overdue_messages,
    retry,
)
from .invitations import AWAITING_FOLLOW_UP, invite_awaiting
from .nudge import nudge_after_commit
from .queue import PUT_COLUMNS, Registered, put, put_many, put_selected
from .recipients import next_turn
from .unreached import people_unreached

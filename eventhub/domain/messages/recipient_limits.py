"""How many emails strangers can cause to one address: anyone may enter any address in a form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from eventhub.domain.enums import MessageKind

#: The emails that a form without an account causes. Not all of a registration's: the rest needs the link in these.
CAUSED_BY_FORMS: Final = frozenset(
    {MessageKind.CONFIRMATION, MessageKind.WAITLISTED, MessageKind.OWN_LINK, MessageKind.SIGN_IN}
)
#: At most this many within `WINDOW`; more wait for their turn.
AT_ONCE: Final = 6
WINDOW: Final = timedelta(minutes=15)
#: At most this many within `DAY`; then the forms say so. A shared mailbox may register this many colleagues in a day.
IN_A_DAY: Final = 40
DAY: Final = timedelta(days=1)


def next_email_at(earlier: Iterable[datetime], *, now: datetime) -> datetime | None:
    """Return when the next email may go to an address; None when it has had as many as a day may bring.

    `earlier` are the due times of its emails that were put within `DAY`.
    """
    due = sorted(earlier)
    if len(due) >= IN_A_DAY:
        return None
    return now if len(due) < AT_ONCE else max(now, due[-AT_ONCE] + WINDOW)

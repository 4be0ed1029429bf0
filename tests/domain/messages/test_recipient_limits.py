"""How many emails forms can cause to one address."""

from __future__ import annotations

from datetime import datetime, timedelta

from eventhub.domain.messages.recipient_limits import AT_ONCE, IN_A_DAY, WINDOW, next_email_at
from tests.support.factories import NOW


def asked_for(count: int) -> list[datetime | None]:
    """When each of so many emails, all asked for at once, may go."""
    due: list[datetime | None] = []
    for _ in range(count):
        due.append(next_email_at([one for one in due if one is not None], now=NOW))
    return due


def test_the_first_emails_go_at_once_and_the_next_wait_for_their_turn() -> None:
    assert asked_for(AT_ONCE * 2 + 1) == [NOW] * AT_ONCE + [NOW + WINDOW] * AT_ONCE + [NOW + 2 * WINDOW]


def test_a_day_brings_so_many_and_no_more() -> None:
    assert asked_for(IN_A_DAY + 1)[-2:] == [NOW + (IN_A_DAY - 1) // AT_ONCE * WINDOW, None]


def test_emails_of_some_time_ago_hold_up_none() -> None:
    assert next_email_at([NOW - WINDOW] * AT_ONCE, now=NOW) == NOW
    assert next_email_at([NOW - timedelta(minutes=5)] * AT_ONCE, now=NOW) == NOW + timedelta(minutes=10)

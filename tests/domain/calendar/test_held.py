"""What a recipient's calendar may hold, and what it surely holds."""

from __future__ import annotations

import pytest

from eventhub.domain.calendar.entries import Method
from eventhub.domain.calendar.held import AttemptedPart, may_hold_entry, surely_holds

INVITED = AttemptedPart(Method.REQUEST, 1, is_delivered=True)
PERHAPS_INVITED = AttemptedPart(Method.REQUEST, 1, is_delivered=False)
REMOVED = AttemptedPart(Method.CANCEL, 2, is_delivered=True)
PERHAPS_REMOVED = AttemptedPart(Method.CANCEL, 2, is_delivered=False)


@pytest.mark.parametrize(
    ("parts", "may_hold", "surely"),
    [
        ([], False, False),
        ([INVITED], True, True),
        ([PERHAPS_INVITED], True, False),
        ([INVITED, REMOVED], False, False),
        ([INVITED, PERHAPS_REMOVED], True, False),
        ([PERHAPS_INVITED, REMOVED], False, False),
        ([INVITED, REMOVED, PERHAPS_INVITED], True, False),
        ([INVITED, REMOVED, INVITED], True, True),
    ],
)
def test_doubt_counts_for_may_and_against_surely(parts: list[AttemptedPart], may_hold: bool, surely: bool) -> None:
    assert (may_hold_entry(parts), surely_holds(parts, 1)) == (may_hold, surely)


def test_a_cancellation_below_the_entrys_sequence_removes_nothing() -> None:
    assert may_hold_entry([INVITED, AttemptedPart(Method.CANCEL, 0, is_delivered=True)])


def test_an_earlier_state_of_the_entry_is_not_the_present_one() -> None:
    assert not surely_holds([INVITED], 2)

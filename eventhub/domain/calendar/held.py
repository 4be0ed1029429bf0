"""What a recipient's calendar may hold, derived from the messages that were sent to their address.

A message with an unknown outcome counts against us: its REQUEST may have arrived, its CANCEL may not. A calendar
ignores the CANCEL of an entry that it does not know (RFC 5546, 3.2.5), so one too many does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .entries import Method


@dataclass(frozen=True, slots=True)
class AttemptedPart:
    """A calendar part that was sent, or may have been; `sequence` is that of its entry."""

    method: Method
    sequence: int
    is_delivered: bool


def may_hold_entry(parts: Iterable[AttemptedPart]) -> bool:
    """Return whether a REQUEST may have arrived since the last delivered CANCEL.

    The parts are in the order of sending. A calendar ignores a CANCEL whose SEQUENCE is below that of its entry.
    """
    held: int | None = None
    for part in parts:
        if part.method is Method.REQUEST:
            held = part.sequence if held is None else max(held, part.sequence)
        elif part.method is Method.CANCEL and part.is_delivered and held is not None and part.sequence >= held:
            held = None
    return held is not None


def surely_holds(parts: Iterable[AttemptedPart], sequence: int) -> bool:
    """Return whether the calendar has the entry with this SEQUENCE or a later one, and no CANCEL since."""
    holds = False
    for part in parts:
        if part.method is Method.CANCEL:
            holds = False
        elif part.is_delivered and part.sequence >= sequence:
            holds = True
    return holds

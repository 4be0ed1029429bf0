"""Who may do what: one readable table.

A member of a host's staff acts with the host's part in the event. By default the lead sees all, a co-organiser sees
totals and the people who came through its own link, a supporter sees no people. Everybody who hosts reads the same
report of the feedback, for it names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from .kinds import HostRole, MemberRole


class Action(StrEnum):
    """What a signed-in member of staff may do with one event."""

    SEE = "see"  # the event's inside: overview, totals, agenda, history
    EDIT_TEXTS = "edit_texts"
    EDIT_AGENDA = "edit_agenda"
    EDIT_EVENT = "edit_event"  # time, place, join link, registration, messages, survey, materials
    EDIT_HOSTS = "edit_hosts"
    PUBLISH = "publish"  # and cancel
    SEE_OWN_PEOPLE = "see_own_people"  # who came through her organisation's link
    SEE_ALL_PEOPLE = "see_all_people"
    EDIT_PEOPLE = "edit_people"  # add, cancel, check in
    SEE_SENSITIVE = "see_sensitive"  # diets and access needs
    SEE_MESSAGES = "see_messages"
    SEND_MESSAGES = "send_messages"
    SEE_REPORT = "see_report"
    COPY = "copy"


_READER: Final = frozenset({Action.SEE, Action.SEE_REPORT})

#: Per part in the event, what an organiser of that organisation may do; a reader may look only.
PERMISSIONS: Final[dict[HostRole, frozenset[Action]]] = {
    HostRole.LEAD: frozenset(Action),
    HostRole.CO_ORGANISER: frozenset({
        Action.SEE,
        Action.EDIT_TEXTS,
        Action.EDIT_AGENDA,
        Action.SEE_OWN_PEOPLE,
        Action.SEE_REPORT,
        Action.COPY,
    }),
    HostRole.SUPPORTER: frozenset({Action.SEE, Action.SEE_REPORT}),
}  # fmt: skip


def permitted(parts: Iterable[tuple[HostRole, MemberRole]]) -> frozenset[Action]:
    """What somebody may do who works for these hosts: the union over her organisations' parts."""
    allowed: frozenset[Action] = frozenset()
    for host_role, member_role in parts:
        granted = PERMISSIONS[host_role]
        allowed |= granted if member_role is MemberRole.ORGANISER else granted & _READER
    return allowed

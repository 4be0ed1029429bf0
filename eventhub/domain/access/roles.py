"""Permissions: which actions each role allows, in one readable table.

Members of a host organisation act with its role in the event. The lead organiser sees all. A co-organiser sees
totals and the people who registered through its own link. A supporter sees the event's page, drafts included, since
its name stands there, and the totals of the feedback: no names, no free text, and no number of people except of
responses.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from eventhub.domain.enums import HostRole, MemberRole


class Action(StrEnum):
    """What a signed-in member of staff may do with one event."""

    SEE = "see"  # the event from the inside: overview, texts, agenda, hosts
    SEE_TOTALS = "see_totals"  # numbers of registered, waiting, present, emailed
    SEE_HISTORY = "see_history"  # what members of staff did
    SEE_REPORT = "see_report"  # totals of the feedback
    READ_WORDS = "read_words"  # free-text answers of the feedback
    EXPORT_REPORT = "export_report"  # each response as a row
    EDIT_TEXTS = "edit_texts"
    EDIT_AGENDA = "edit_agenda"
    EDIT_EVENT = "edit_event"  # time, place, join link, registration, messages, survey, materials
    EDIT_HOSTS = "edit_hosts"
    PUBLISH = "publish"  # and cancel
    SEE_OWN_PEOPLE = "see_own_people"  # people of their organisation's own link
    SEE_ALL_PEOPLE = "see_all_people"
    EDIT_PEOPLE = "edit_people"  # add, cancel, check in
    SEE_SENSITIVE = "see_sensitive"  # diets and access needs
    SEE_MESSAGES = "see_messages"
    SEND_MESSAGES = "send_messages"
    COPY = "copy"


#: What a reader keeps of their organisation's permissions: reading, without lists of people and without exports.
_READER: Final = frozenset(
    {
        Action.SEE,
        Action.SEE_TOTALS,
        Action.SEE_HISTORY,
        Action.SEE_REPORT,
        Action.READ_WORDS,
    }
)

#: By host role, what an organiser of that organisation may do.
PERMISSIONS: Final[dict[HostRole, frozenset[Action]]] = {
    HostRole.LEAD: frozenset(Action),
    HostRole.CO_ORGANISER: frozenset({
        Action.SEE,
        Action.SEE_TOTALS,
        Action.SEE_HISTORY,
        Action.SEE_REPORT,
        Action.READ_WORDS,
        Action.EXPORT_REPORT,
        Action.EDIT_TEXTS,
        Action.EDIT_AGENDA,
        Action.SEE_OWN_PEOPLE,
        Action.COPY,
    }),
    HostRole.SUPPORTER: frozenset({Action.SEE, Action.SEE_REPORT}),
}  # fmt: skip


def permitted(parts: Iterable[tuple[HostRole, MemberRole]]) -> frozenset[Action]:
    """Return the union of what a person's organisations permit; `parts` are (host role, member role)."""
    allowed: frozenset[Action] = frozenset()
    for host_role, member_role in parts:
        granted = PERMISSIONS[host_role]
        allowed |= granted if member_role is MemberRole.ORGANISER else granted & _READER
    return allowed

"""Who may do what: one readable table.

A member of a host's staff acts with the host's part in the event. The lead sees all; a co-organiser sees totals and the
people who came through its own link; a supporter sees what stands on the event's page, drafts included, for its name
stands there too, and the sums of the feedback: nobody's name or words, and no number of people but of answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from eventhub.domain.enums import HostRole, MemberRole


class Action(StrEnum):
    """What a signed-in member of staff may do with one event."""

    SEE = "see"  # that it is there, and its page from the inside: overview, texts, agenda, hosts
    SEE_TOTALS = "see_totals"  # how many registered, wait, came, were written to
    SEE_HISTORY = "see_history"  # who of the staff did what
    SEE_REPORT = "see_report"  # the sums of the feedback
    READ_WORDS = "read_words"  # what people wrote in the feedback in their own words
    EXPORT_REPORT = "export_report"  # every answer as a row
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
    COPY = "copy"


#: What a reader keeps of her organisation's part: she looks, sees no people and takes no rows away.
_READER: Final = frozenset(
    {
        Action.SEE,
        Action.SEE_TOTALS,
        Action.SEE_HISTORY,
        Action.SEE_REPORT,
        Action.READ_WORDS,
    }
)

#: Per part in the event, what an organiser of that organisation may do.
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
    """What somebody may do who works for these hosts: the union over her organisations' parts."""
    allowed: frozenset[Action] = frozenset()
    for host_role, member_role in parts:
        granted = PERMISSIONS[host_role]
        allowed |= granted if member_role is MemberRole.ORGANISER else granted & _READER
    return allowed

"""The registrants as a table for CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain import dates
from eventhub.domain.enums import Attendance, OrganisationType, QuestionKind, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.domain.registrations.attending import AttendanceRecord
from eventhub.domain.registrations.people_filter import PeopleFilter
from eventhub.models import Event, Question, Registration
from eventhub.queries import people as queries
from eventhub.web.forms.labels import label
from eventhub.web.http.exports import Cell, option_marks

from .attendance_records import record_reader


def registrants_table(
    event: Event, questions: Sequence[Question], selection: PeopleFilter, scope: queries.Scope
) -> tuple[list[str], Iterator[Sequence[Cell]]]:
    """Return header and rows of an export, in the page's language, times in the event's zone."""
    language, fallback, zone = g.language, event.language, event.timezone
    instants = [_("Registered at"), _("Cancelled at"), _("Opened the join link at"), _("Checked in at")]
    if dates.foreign_zone(event.starts_at, zone):
        instants = [f"{name} ({zone})" for name in instants]
    header = [
        _("Name"), _("Email"), _("Organisation"), _("Type of organisation"), _("Role"), _("Region"), _("Status"),
        _("How to take part"), _("Contact language"), _("Invitation link"), *instants, _("Attendance"),
    ]  # fmt: skip
    for question in questions:
        asked = str(question.label.text(language, fallback))
        if question.kind is QuestionKind.CHOICES:
            header += [f"{asked}: {chosen.text(language, fallback)}" for _id, chosen in question.choices]
        else:
            header.append(asked)
    labels = {
        question.id: {value: str(label.text(language, fallback)) for value, label in question.choices}
        for question in questions
    }
    yes = _("Yes")
    spoken = {
        value: str(label(value))
        for kind in (OrganisationType, RegistrationStatus, Attendance, Language, AttendanceRecord)
        for value in kind
    }

    def at(instant: datetime | None) -> datetime | None:
        return dates.local(instant, zone).replace(tzinfo=None) if instant is not None else None

    record_of = record_reader(event, now=utcnow())

    def known(row: Registration) -> str:
        record = record_of(row)
        return spoken[record] if record is not None else ""

    def said(question: Question, value: Any) -> Iterator[Cell]:
        """Yield the cells of an answer; where several options can be chosen, each has a cell of its own."""
        if question.kind is QuestionKind.CHOICES:
            yield from option_marks(value, [option for option, _label in question.choices])
        elif value is True:
            yield yes
        else:
            yield labels[question.id].get(value, value) if isinstance(value, str) else None

    def rows() -> Iterator[Sequence[Cell]]:
        for row in queries.export_rows(event, selection, scope=scope):
            given = {answer.question_id: answer.value for answer in row.answers}
            yield [
                row.name,
                _("No email address") if row.has_no_email else row.email,
                row.organisation,
                spoken[row.organisation_type] if row.organisation_type else "",
                row.job_title,
                str(row.region.name.text(language)) if row.region else "",
                spoken[row.status],
                spoken[row.attendance],
                spoken[row.language],
                row.invitation_link.organisation.short_name.text(g.language) if row.invitation_link else "",
                at(row.created_at),
                at(row.cancelled_at),
                at(row.joined_at),
                at(row.checked_in_at),
                known(row),
                *(cell for question in questions for cell in said(question, given.get(question.id))),
            ]

    return header, rows()

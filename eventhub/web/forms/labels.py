"""The labels of enum values, lazily translated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from eventhub.domain.enums import (
    AgendaKind,
    Attendance,
    AttendanceMode,
    EventKind,
    HostRole,
    MaterialKind,
    MemberRole,
    MessageKind,
    MessageState,
    OrganisationType,
    QuestionKind,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.languages import Language
from eventhub.domain.registrations.attending import AttendanceRecord

LABELS: Final[Mapping[type[StrEnum], Mapping[Any, Any]]] = {
    EventKind: {
        EventKind.WEBINAR: _l("Webinar"),
        EventKind.FORUM: _l("Forum"),
        EventKind.SEMINAR: _l("Seminar"),
        EventKind.WORKSHOP: _l("Workshop"),
        EventKind.REGIONAL_DISCUSSION: _l("Regional discussion"),
        EventKind.THEME_GROUP: _l("Theme group"),
        EventKind.BRAINSTORM: _l("Online brainstorm"),
    },
    AttendanceMode: {
        AttendanceMode.ONLINE: _l("Online"),
        AttendanceMode.IN_PERSON: _l("On site"),
        AttendanceMode.HYBRID: _l("On site and online"),
    },
    Attendance: {Attendance.IN_PERSON: _l("On site"), Attendance.ONLINE: _l("Remotely")},
    HostRole: {
        HostRole.LEAD: _l("Lead organiser"),
        HostRole.CO_ORGANISER: _l("Co-organiser"),
        HostRole.SUPPORTER: _l("Supporter"),
    },
    MemberRole: {
        MemberRole.ORGANISER: _l("Organiser: can create and edit events"),
        MemberRole.READER: _l("Reader: can view events"),
    },
    AgendaKind: {
        AgendaKind.TALK: _l("Talk"),
        AgendaKind.DISCUSSION: _l("Discussion"),
        AgendaKind.WORKSHOP: _l("Workshop"),
        AgendaKind.BREAK: _l("Break"),
    },
    QuestionKind: {
        QuestionKind.TEXT: _l("Free text"),
        QuestionKind.CHOICE: _l("One answer"),
        QuestionKind.CHOICES: _l("Several answers"),
        QuestionKind.CONSENT: _l("Consent, always optional (checkbox)"),
        QuestionKind.ACCEPTANCE: _l("Rules or terms to accept (checkbox)"),
        QuestionKind.SCALE: _l("Scale from 1 to 5"),
    },
    MaterialKind: {MaterialKind.MATERIAL: _l("Material"), MaterialKind.RECORDING: _l("Recording")},
    OrganisationType: {
        OrganisationType.ASSOCIATION: _l("Association or other NGO"),
        OrganisationType.COUNTY: _l("Wellbeing services county"),
        OrganisationType.MUNICIPALITY: _l("Municipality"),
        OrganisationType.STATE: _l("State authority"),
        OrganisationType.EDUCATION: _l("Education or research"),
        OrganisationType.COMPANY: _l("Company"),
        OrganisationType.RESIDENT: _l("Resident"),
        OrganisationType.OTHER: _l("Other"),
    },
    RegistrationStatus: {
        RegistrationStatus.PENDING: _l("Pending"),
        RegistrationStatus.CONFIRMED: _l("Confirmed"),
        RegistrationStatus.WAITLISTED: _l("On the waiting list"),
        RegistrationStatus.OFFERED: _l("Offered a place"),
        RegistrationStatus.CANCELLED: _l("Registration cancelled"),
        RegistrationStatus.REJECTED: _l("Not accepted"),
    },
    AttendanceRecord: {
        AttendanceRecord.CHECKED_IN: _l("Checked in"),
        AttendanceRecord.JOINED: _l("Opened the join link"),
        AttendanceRecord.DID_NOT_COME: _l("Did not come"),
        AttendanceRecord.NOT_RECORDED: _l("Not recorded"),
    },
    MessageKind: {
        MessageKind.CONFIRMATION: _l("Confirmation"),
        MessageKind.WAITLISTED: _l("On the waiting list"),
        MessageKind.PLACE_FREED: _l("A place has become available"),
        MessageKind.REMINDER: _l("Reminder"),
        MessageKind.EVENT_CHANGED: _l("Change to time, place or link"),
        MessageKind.AGENDA_CHANGED: _l("Programme change"),
        MessageKind.EVENT_CANCELLED: _l("The event is cancelled"),
        MessageKind.REGISTRATION_CANCELLED: _l("The registration is cancelled"),
        MessageKind.OWN_LINK: _l("The person’s own link"),
        MessageKind.ADDRESS_CONFIRMATION: _l("Link that confirms a new email address"),
        MessageKind.ADDRESS_CHANGED: _l("Notice to the former email address"),
        MessageKind.FOLLOW_UP: _l("Thank-you email, with survey and materials"),
        MessageKind.SIGN_IN: _l("Sign-in link"),
    },
    MessageState: {
        MessageState.PLANNED: _l("Planned"),
        MessageState.SENDING: _l("Sending now"),
        MessageState.SENT: _l("Sent"),
        MessageState.FAILED: _l("Failed"),
        MessageState.MISSED: _l("Too late to send"),
        MessageState.CANCELLED: _l("No longer needed"),
        MessageState.BOUNCED: _l("Bounced"),
    },
    RuleKind: {RuleKind.REMINDER: _l("Reminder"), RuleKind.FOLLOW_UP: _l("Thank-you email, with survey and materials")},
    Language: {Language.FI: _l("Finnish"), Language.SV: _l("Swedish"), Language.EN: _l("English")},
}


def label(value: StrEnum) -> Any:
    """Return the value's label, by its type: a workshop is one thing as an event, another in an agenda."""
    return LABELS[type(value)][value]


def choices(values: type[StrEnum]) -> list[SelectChoice]:
    """Return all values of a type with their labels, for a select or radios."""
    return [SelectChoice(str(value), name) for value, name in LABELS[values].items()]


def select_choices(options: Iterable[SelectChoice | tuple[Any, Any]]) -> list[SelectChoice]:
    """Return the choices of a select or of radios; an option may be a pair of its value and its label."""
    return [option if isinstance(option, SelectChoice) else SelectChoice(*option) for option in options]


def labels_of(field: SelectField) -> dict[Any, Any]:
    """Return what a select offers: labels by value."""
    return {choice.value: choice.label for choice in field.choices or ()}

"""The filters of an event's people: a GET form whose wrong values narrow nothing."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import Form, SearchField, SelectField

from eventhub.domain.enums import Attendance, OrganisationType, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleSelection
from eventhub.web.forms.fields import squeeze
from eventhub.web.forms.labels import choices, labels_of, select_choices

Option = tuple[str, Any]
Value = TypeVar("Value", bound=StrEnum)


class PeopleFilters(Form):
    """Made from the address alone, so that a selection can be kept, sent and exported."""

    q = SearchField(_l("Search by name, email or organisation"), filters=[squeeze])
    status = SelectField(_l("Status"))
    attendance = SelectField(_l("How to take part"))
    region = SelectField(_l("Region"))
    organisation_type = SelectField(_l("Type of organisation"))
    language = SelectField(_l("Contact language"))
    link = SelectField(_l("Invitation link"))

    def offer(self, *, regions: Sequence[Option], links: Sequence[Option]) -> None:
        """Say what there is to choose from: (value, label) each."""
        everything = [("", _l("All"))]
        self.status.choices = select_choices([*everything, *choices(RegistrationStatus)])
        self.attendance.choices = select_choices([*everything, *choices(Attendance)])
        self.region.choices = select_choices([*everything, *regions])
        self.organisation_type.choices = select_choices([*everything, *choices(OrganisationType)])
        self.language.choices = select_choices([*everything, *choices(Language)])
        self.link.choices = select_choices([*everything, *links, (str(NO_LINK), _l("No invitation link"))])

    def selection(self) -> PeopleSelection:
        """What the address asks for, as far as it makes sense."""
        link = _offered(self.link)
        return PeopleSelection(
            words=(self.q.data or "")[:200],
            status=_value(RegistrationStatus, self.status),
            attendance=_value(Attendance, self.attendance),
            region=_offered(self.region),
            organisation_type=_value(OrganisationType, self.organisation_type),
            language=_value(Language, self.language),
            link=int(link) if link is not None else None,
        )

    def chosen(self) -> list[tuple[str, str]]:
        """What narrows the list, as (name in the address, words for people)."""
        words = [("q", self.q.data)] if self.q.data else []
        selects = (self.status, self.attendance, self.region, self.organisation_type, self.language, self.link)
        return words + [(field.name, str(labels_of(field)[value])) for field in selects if (value := _offered(field))]


def _offered(field: SelectField) -> str | None:
    """The chosen value when it is one of those offered."""
    return str(field.data) if field.data and field.data in labels_of(field) else None


def _value(kind: type[Value], field: SelectField) -> Value | None:
    chosen = _offered(field)
    return kind(chosen) if chosen is not None else None

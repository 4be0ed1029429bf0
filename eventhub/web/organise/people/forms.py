"""The filters of an event's registrants: a GET form that ignores invalid values."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import Form, SearchField, SelectField

from eventhub.domain.enums import Attendance, OrganisationType, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleFilter
from eventhub.web.forms.fields import squeeze
from eventhub.web.forms.labels import choices, labels_of, select_choices

Option = tuple[str, Any]
Value = TypeVar("Value", bound=StrEnum)


class PeopleFilters(Form):
    """Filters from the query string alone, so that a selection can be bookmarked, sent and exported."""

    q = SearchField(_l("Search by name, email or organisation"), filters=[squeeze])
    status = SelectField(_l("Status"))
    attendance = SelectField(_l("How to take part"))
    region = SelectField(_l("Region"))
    organisation_type = SelectField(_l("Type of organisation"))
    language = SelectField(_l("Contact language"))
    link = SelectField(_l("Invitation link"))

    def offer(self, *, regions: Sequence[Option], links: Sequence[Option]) -> None:
        """Set the choices: (value, label) each."""
        everything = [("", _l("All"))]
        self.status.choices = select_choices([*everything, *choices(RegistrationStatus)])
        self.attendance.choices = select_choices([*everything, *choices(Attendance)])
        self.region.choices = select_choices([*everything, *regions])
        self.organisation_type.choices = select_choices([*everything, *choices(OrganisationType)])
        self.language.choices = select_choices([*everything, *choices(Language)])
        self.link.choices = select_choices([*everything, *links, (str(NO_LINK), _l("No invitation link"))])

    def selection(self) -> PeopleFilter:
        """Return the selection in the query string, without invalid values."""
        link = _offered(self.link)
        return PeopleFilter(
            words=(self.q.data or "")[:200],
            status=_value(RegistrationStatus, self.status),
            attendance=_value(Attendance, self.attendance),
            region=_offered(self.region),
            organisation_type=_value(OrganisationType, self.organisation_type),
            language=_value(Language, self.language),
            link=int(link) if link is not None else None,
        )

    def chosen(self) -> list[tuple[str, str]]:
        """Return the active filters, as (query parameter, label)."""
        words = [("q", self.q.data)] if self.q.data else []
        selects = (self.status, self.attendance, self.region, self.organisation_type, self.language, self.link)
        return words + [(field.name, str(labels_of(field)[value])) for field in selects if (value := _offered(field))]


def _offered(field: SelectField) -> str | None:
    """Return the chosen value if it is one of the choices."""
    return str(field.data) if field.data and field.data in labels_of(field) else None


def _value(kind: type[Value], field: SelectField) -> Value | None:
    chosen = _offered(field)
    return kind(chosen) if chosen is not None else None

"""The filters of an event's registrants: a GET form that ignores invalid values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SearchField, SelectField

from eventhub.domain.enums import Attendance, OrganisationType, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.domain.registrations.attending import AttendanceRecord
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleFilter
from eventhub.web.forms.fields import squeeze
from eventhub.web.forms.filters import FilterForm, offered, offered_as
from eventhub.web.forms.labels import choices, label, select_choices

Option = tuple[str, Any]


class PeopleFilters(FilterForm):
    """Filters from the query string alone, so that a selection can be bookmarked, sent and exported."""

    selects = ("status", "attendance", "record", "region", "organisation_type", "language", "link")

    q = SearchField(_l("Search by name, email or organisation"), filters=[squeeze])
    status = SelectField(_l("Status"))
    attendance = SelectField(_l("How to take part"))
    record = SelectField(_l("Attendance"))
    region = SelectField(_l("Region"))
    organisation_type = SelectField(_l("Type of organisation"))
    language = SelectField(_l("Contact language"))
    link = SelectField(_l("Invitation link"))

    def offer(self, *, regions: Sequence[Option], links: Sequence[Option], records: Sequence[AttendanceRecord]) -> None:
        """Set the choices: (value, label) each; `records` are what can be known of the people by now."""
        everything = [("", _l("All"))]
        self.status.choices = select_choices([*everything, *choices(RegistrationStatus)])
        self.attendance.choices = select_choices([*everything, *choices(Attendance)])
        self.record.choices = select_choices([*everything, *((str(one), label(one)) for one in records)])
        self.region.choices = select_choices([*everything, *regions])
        self.organisation_type.choices = select_choices([*everything, *choices(OrganisationType)])
        self.language.choices = select_choices([*everything, *choices(Language)])
        self.link.choices = select_choices([*everything, *links, (str(NO_LINK), _l("No invitation link"))])

    def selection(self) -> PeopleFilter:
        """Return the selection in the query string, without invalid values."""
        link = offered(self.link)
        return PeopleFilter(
            words=(self.q.data or "")[:200],
            status=offered_as(RegistrationStatus, self.status),
            attendance=offered_as(Attendance, self.attendance),
            record=offered_as(AttendanceRecord, self.record),
            region=offered(self.region),
            organisation_type=offered_as(OrganisationType, self.organisation_type),
            language=offered_as(Language, self.language),
            link=int(link) if link is not None else None,
        )

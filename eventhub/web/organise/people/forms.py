"""The filters of an event's registrants: a GET form that ignores invalid values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SearchField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from eventhub.domain.enums import Attendance, OrganisationType, PlaceChoice, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.domain.registrations.attending import AttendanceRecord
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleFilter
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.fields import squeeze
from eventhub.web.forms.filters import FilterForm, offered, offered_as
from eventhub.web.forms.labels import choices, label, select_choices

Option = tuple[str, Any]


_REASON_HINT: Final = _l("It is kept in the history. Do not enter anything about the person’s health.")


class GivePlaceForm(PostForm):
    """The reason for a place over the limit."""

    reason = StringField(
        _l("Reason"),
        description=_REASON_HINT,
        filters=[squeeze],
        validators=[DataRequired(_l("Enter the reason.")), Length(max=200)],
    )


class PutBackForm(PostForm):
    """The place into which a cancelled registration is put back."""

    into = RadioField(_l("Place"), validators=[DataRequired(_l("Select a place."))])
    reason = StringField(
        _l("Reason for a place over the limit"),
        description=_REASON_HINT,
        filters=[squeeze],
        validators=[Optional(), Length(max=200)],
    )

    def offer(self, left: int | None, *, list_moves: bool) -> None:
        """Set the choices that there are: a free place, the waiting list, or a place over the limit."""
        if left is None:
            free = (PlaceChoice.FREE_PLACE, _l("A free place"))
        else:
            free = (PlaceChoice.FREE_PLACE, _l("A free place (places left: %(count)s)", count=left))
        self.into.choices = select_choices(
            [
                *([free] if left != 0 else []),
                *([(PlaceChoice.WAITING_LIST, _l("Last on the waiting list"))] if left == 0 and list_moves else []),
                *([(PlaceChoice.OVER_LIMIT, _l("A place over the limit, for a reason"))] if left == 0 else []),
            ]
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also that a place over the limit has a reason."""
        super().validate(extra_validators)
        if self.into.data == PlaceChoice.OVER_LIMIT and not self.reason.data:
            self.reason.errors = (_("Enter the reason."),)
        return not self.errors


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

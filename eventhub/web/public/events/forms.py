"""The filters of the list of events: a GET form that ignores invalid values."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import Form, SearchField, SelectField

from eventhub.domain.enums import Attendance, EventKind
from eventhub.domain.events.event_filter import EventFilter, When
from eventhub.domain.languages import Language
from eventhub.web.forms.fields import squeeze
from eventhub.web.forms.labels import choices, labels_of, select_choices

Option = tuple[str, str]


class EventFilters(Form):
    """Filters from the query string alone, so that a selection can be bookmarked, sent and subscribed to."""

    q = SearchField(_l("Search titles, summaries and organisers"), filters=[squeeze])
    kind = SelectField(_l("Type"))
    region = SelectField(_l("Region"))
    organiser = SelectField(_l("Organiser"))
    theme = SelectField(_l("Theme"))
    attendance = SelectField(_l("How to take part"))
    language = SelectField(_l("Language of the event"))

    def offer(self, *, regions: Sequence[Option], organisers: Sequence[Option], themes: Sequence[Option]) -> None:
        """Set the choices: (value, label) each."""
        everything = [("", _l("All"))]
        self.kind.choices = select_choices([*everything, *choices(EventKind)])
        self.region.choices = select_choices([*everything, *regions])
        self.organiser.choices = select_choices([*everything, *organisers])
        self.theme.choices = select_choices([*everything, *themes])
        self.attendance.choices = select_choices([*everything, ("in_person", _l("On site")), ("online", _l("Online"))])
        self.language.choices = select_choices([*everything, *choices(Language)])

    def selection(self, when: When) -> EventFilter:
        """Return the selection in the query string, without invalid values."""
        return EventFilter(
            words=(self.q.data or "")[:200],
            kind=EventKind(kind) if (kind := _offered(self.kind)) else None,
            region=_offered(self.region),
            organiser=_offered(self.organiser),
            theme=_offered(self.theme),
            attendance=Attendance(attendance) if (attendance := _offered(self.attendance)) else None,
            language=Language(language) if (language := _offered(self.language)) else None,
            when=when,
        )

    def chosen(self) -> list[tuple[str, str]]:
        """Return the active filters, as (query parameter, label)."""
        words = [("q", self.q.data)] if self.q.data else []
        selects = (self.kind, self.region, self.organiser, self.theme, self.attendance, self.language)
        return words + [(field.name, str(labels_of(field)[value])) for field in selects if (value := _offered(field))]


def _offered(field: SelectField) -> str | None:
    """Return the chosen value if it is one of the choices."""
    return str(field.data) if field.data and field.data in labels_of(field) else None

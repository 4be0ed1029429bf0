"""The filters of the list of events: a GET form whose wrong values narrow nothing."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import Form, SearchField, SelectField

from eventhub.domain.enums import Attendance, EventKind
from eventhub.domain.events.event_filter import Selection, When
from eventhub.domain.languages import Language
from eventhub.web.forms.fields import squeeze
from eventhub.web.forms.labels import choices, labels_of, select_choices

Option = tuple[str, str]


class EventFilters(Form):
    """Made from the address alone, so that a selection can be kept, sent and subscribed to."""

    q = SearchField(_l("Search titles, summaries and organisers"), filters=[squeeze])
    kind = SelectField(_l("Type"))
    region = SelectField(_l("Region"))
    organiser = SelectField(_l("Organiser"))
    theme = SelectField(_l("Theme"))
    attendance = SelectField(_l("How to take part"))
    language = SelectField(_l("Language of the event"))

    def offer(self, *, regions: Sequence[Option], organisers: Sequence[Option], themes: Sequence[Option]) -> None:
        """Say what there is to choose from: (value, label) each."""
        everything = [("", _l("All"))]
        self.kind.choices = select_choices([*everything, *choices(EventKind)])
        self.region.choices = select_choices([*everything, *regions])
        self.organiser.choices = select_choices([*everything, *organisers])
        self.theme.choices = select_choices([*everything, *themes])
        self.attendance.choices = select_choices([*everything, ("in_person", _l("On site")), ("online", _l("Online"))])
        self.language.choices = select_choices([*everything, *choices(Language)])

    def selection(self, when: When) -> Selection:
        """What the address asks for, as far as it makes sense."""
        return Selection(
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
        """What narrows the list, as (name in the address, words for people)."""
        words = [("q", self.q.data)] if self.q.data else []
        selects = (self.kind, self.region, self.organiser, self.theme, self.attendance, self.language)
        return words + [(field.name, str(labels_of(field)[value])) for field in selects if (value := _offered(field))]


def _offered(field: SelectField) -> str | None:
    """The chosen value when it is one of those offered."""
    return str(field.data) if field.data and field.data in labels_of(field) else None

"""The filters of the list of events: a GET form that ignores invalid values."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, request
from flask_babel import lazy_gettext as _l
from wtforms import SearchField, SelectField

from eventhub.domain.enums import Attendance, EventKind
from eventhub.domain.events.event_filter import EventFilter, When
from eventhub.domain.languages import Language
from eventhub.domain.names import sort_key
from eventhub.queries import events as events_query
from eventhub.web.forms.fields import squeeze
from eventhub.web.forms.filters import FilterForm, offered, offered_as
from eventhub.web.forms.labels import choices, select_choices

Option = tuple[str, str]


class EventFilters(FilterForm):
    """Filters from the query string alone, so that a selection can be bookmarked, sent and subscribed to."""

    selects = ("kind", "region", "organiser", "theme", "attendance", "language")

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
            kind=offered_as(EventKind, self.kind),
            region=offered(self.region),
            organiser=offered(self.organiser),
            theme=offered(self.theme),
            attendance=offered_as(Attendance, self.attendance),
            language=offered_as(Language, self.language),
            when=when,
        )


def selection_of_request() -> tuple[EventFilters, EventFilter, events_query.Options]:
    """Return the form filled from the query string, its selection, and the options that it offers."""
    options = events_query.filter_options()
    form = EventFilters(request.args)
    form.offer(
        regions=[(region.code, region.name.text(g.language)) for region in options.regions],
        organisers=sorted(
            ((organisation.slug, organisation.short_name.text(g.language)) for organisation in options.organisers),
            key=lambda organiser: sort_key(organiser[1]),
        ),
        themes=sorted(
            ((theme.slug, theme.name.text(g.language)) for theme in options.themes),
            key=lambda theme: sort_key(theme[1]),
        ),
    )
    when = When.PAST if request.args.get("when") == When.PAST else When.COMING
    return form, form.selection(when), options

"""What the public sees of events, in a constant number of statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventhub.db import db
from eventhub.domain.enums import AgendaKind, EventStatus
from eventhub.models import AgendaItem, Speaker
from eventhub.queries.events import event_state, filter_options, whole_event
from tests.support.factories import NOW, make_event, make_organisation, make_region, make_registration, texts
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("db_session")


def test_page_state_changes_with_each_shown_value() -> None:
    event = make_event("forum", capacity=3)
    seen = [event_state("forum")]
    make_registration(event)
    db.session.flush()
    seen.append(event_state("forum"))
    event.page_version += 1
    db.session.flush()
    seen.append(event_state("forum"))
    event.updated_at = datetime(2026, 3, 3, tzinfo=UTC)
    db.session.flush()
    seen.append(event_state("forum"))
    event.status = EventStatus.CANCELLED
    db.session.flush()
    seen.append(event_state("forum"))
    assert len(set(seen)) == 5
    assert event_state("forum") == seen[-1]


def test_page_state_of_a_draft_or_unknown_event_is_none() -> None:
    make_event("draft", status=EventStatus.DRAFT)
    assert (event_state("draft"), event_state("none")) == (None, None)


def test_event_without_places_has_a_state() -> None:
    event = make_event("external", external_url="https://other.example/")
    event.places = []
    db.session.flush()
    found = event_state("external")
    assert found is not None
    assert (found.id, found.places) == (event.id, ())


def test_whole_event_needs_as_many_statements_for_one_session_as_for_three() -> None:
    counts = []
    for sessions in (1, 3):
        event = make_event()
        event.speakers = [Speaker(name=texts(str(number))) for number in range(sessions)]
        event.agenda = [
            AgendaItem(
                kind=AgendaKind.TALK,
                title=texts(str(number)),
                starts_at=NOW + timedelta(hours=number),
                ends_at=NOW + timedelta(hours=number + 1),
                position=number,
                speakers=[event.speakers[number]],
            )
            for number in range(sessions)
        ]
        db.session.commit()
        event_id = event.id
        db.session.expunge_all()
        with statements() as seen:
            shown = whole_event(event_id)
            assert [[speaker.name for speaker in item.speakers] for item in shown.agenda]
            assert [host.organisation.short_name["fi"] for host in shown.hosts]
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_filter_options_are_those_of_public_events() -> None:
    host = make_organisation("Öx")
    public, draft = make_event(lead=host), make_event(status=EventStatus.DRAFT, lead=make_organisation("hidden"))
    public.regions, draft.regions = [make_region("17")], [make_region("18")]
    make_event(lead=make_organisation("ab"))
    db.session.flush()
    found = filter_options()
    assert [region.code for region in found.regions] == ["17"]
    assert {organisation.slug for organisation in found.organisers} == {"ab", "Öx"}
    assert list(found.themes) == []

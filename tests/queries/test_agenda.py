"""The programme as organisers see it, with what needs a look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.agenda.sessions import Cause
from eventhub.domain.enums import AgendaKind, EventStatus, RegistrationStatus
from eventhub.models import AgendaItem, Event, Speaker, Track
from eventhub.queries import agenda
from eventhub.services.agenda import mark_as_announced
from tests.support.factories import NOW, make_event, make_registration, texts


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


def add(event: Event, word: str, start: int, minutes: int, **values: object) -> AgendaItem:
    starts_at = event.starts_at + timedelta(minutes=start)
    item = AgendaItem(
        event_id=event.id,
        kind=AgendaKind.TALK,
        title=texts(word),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        position=0,
        **values,
    )
    db.session.add(item)
    db.session.flush()
    return item


def test_programme_names_overlaps_gaps_and_sessions_outside_the_event(event: Event) -> None:
    speaker = Speaker(event_id=event.id, name=texts("Who"))
    db.session.add(speaker)
    first = add(event, "First", 0, 30, speakers=[speaker])
    second = add(event, "Second", 20, 20, speakers=[speaker])
    third = add(event, "Third", 50, 100)
    found = agenda.programme_page(event, now=NOW)
    assert [(one.first, one.second, one.causes, one.speakers) for one in found.collisions] == [
        (first, second, (Cause.TRACK, Cause.SPEAKER), (speaker,))
    ]
    assert [(one.minutes, one.track) for one in found.empties] == [(10, None)]
    assert found.outside == (third,)
    (day,) = found.days
    assert [(line.item, line.first, line.last, line.collides, line.is_outside) for line in day.lines] == [
        (first, True, False, True, False),
        (second, False, False, True, False),
        (third, False, True, False, True),
    ]
    assert day.lines[2].gap_before == found.empties[0]
    assert found.count == 3


def test_untold_changes_of_a_published_event(event: Event) -> None:
    item = add(event, "First", 0, 30)
    assert agenda.programme_page(event, now=NOW).unannounced_changes is None
    mark_as_announced(event)
    assert agenda.programme_page(event, now=NOW).unannounced_changes is None
    item.ends_at += timedelta(minutes=5)
    item.title = texts("Mended")
    unannounced_changes = agenda.programme_page(event, now=NOW).unannounced_changes
    assert unannounced_changes is not None
    assert len(unannounced_changes.moved) == len(unannounced_changes) == 1
    assert agenda.programme_page(event, now=event.ends_at).unannounced_changes is None
    event.status = EventStatus.DRAFT
    assert agenda.programme_page(event, now=NOW).unannounced_changes is None


def test_agenda_recipients_are_the_confirmed(event: Event) -> None:
    make_registration(event)
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    assert agenda.people_to_notify_of_agenda(event) == 1


def test_tracks_rooms_and_speakers_count_their_sessions(event: Event) -> None:
    track, speaker = Track(event_id=event.id, name=texts("T"), position=0), Speaker(event_id=event.id, name=texts("S"))
    db.session.add_all([track, speaker])
    db.session.flush()
    add(event, "First", 0, 30, track_id=track.id, speakers=[speaker])
    add(event, "Second", 30, 30, track_id=track.id)
    found = agenda.agenda_resources(event)
    assert [(line.row, line.sessions) for line in found.tracks] == [(track, 2)]
    assert [(line.row, line.sessions) for line in found.speakers] == [(speaker, 1)]
    assert found.rooms == ()
    other = make_event()
    assert agenda.track_of(event, track.id) is track
    assert agenda.track_of(other, track.id) is None
    assert agenda.speaker_of(other, speaker.id) is None
    assert agenda.session_of(other, 1) is None


def test_counting_sessions_reads_no_other_events_agenda(event: Event) -> None:
    other = make_event()
    track = Track(event_id=event.id, name=texts("T"), position=0)
    db.session.add(track)
    db.session.flush()
    add(other, "Elsewhere", 0, 30, track_id=track.id)
    (line,) = agenda.agenda_resources(event).tracks
    assert line.sessions == 0

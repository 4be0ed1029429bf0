"""The programme on the real database: order, times, parts, and what participants are known to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.agenda.sessions import differences
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AgendaKind, AuditAction
from eventhub.domain.errors import EditConflict, NotFound
from eventhub.domain.languages import TranslatedText
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import AgendaItem, AuditEntry, Event, Picture, Room, Speaker, Track, User
from eventhub.services import agenda
from eventhub.services.agenda import AgendaResource, SessionDraft, SpeakerDraft
from tests.support.factories import NOW, acting, make_event, make_organisation, make_user, picture_file, texts


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


@pytest.fixture
def user(db_session: Session) -> User:
    return make_user(make_organisation())


def draft(event: Event, word: str, start: int, minutes: int, **values: object) -> SessionDraft:
    """A session that begins so many minutes into the event."""
    starts_at = event.starts_at + timedelta(minutes=start)
    return SessionDraft(
        **{
            "kind": AgendaKind.TALK,
            "title": texts(word),
            "description": TranslatedText(),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
        }
        | values  # type: ignore[arg-type]
    )


def add(event: Event, user: User, word: str, start: int, minutes: int, **values: object) -> AgendaItem:
    return agenda.add_session(event, draft(event, word, start, minutes, **values), actor=acting(user), now=NOW)


def programme(event: Event) -> list[tuple[str, int, int]]:
    """(title, first minute, last minute) in order."""
    items = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.event_id == event.id)
        .order_by(AgendaItem.starts_at, AgendaItem.position, AgendaItem.id)
    )

    def minute(instant: datetime) -> int:
        return (instant - event.starts_at) // timedelta(minutes=1)

    return [(item.title["en"].split()[0], minute(item.starts_at), minute(item.ends_at)) for item in items]


def test_a_session_is_added_with_its_speakers_in_order(event: Event, user: User) -> None:
    speakers = [
        agenda.add_speaker(event, SpeakerDraft(name=texts(name), title=texts("T"), organisation=texts("O")),
                           actor=acting(user), now=NOW)
        for name in ("First", "Second", "Third")
    ]  # fmt: skip
    order = (speakers[2].id, speakers[0].id)
    item = add(event, user, "Opening", 0, 15, speaker_ids=order)
    assert tuple(speaker.id for speaker in item.speakers) == order
    agenda.edit_session(event, item, draft(event, "Opening", 0, 20, speaker_ids=(*reversed(order), speakers[1].id)),
                form_version=version_of(agenda.session_draft_of(item)), actor=acting(user), now=NOW)  # fmt: skip
    assert [speaker.id for speaker in item.speakers] == [speakers[0].id, speakers[2].id, speakers[1].id]
    assert programme(event) == [("Opening", 0, 20)]


def test_edits_of_a_title_and_of_a_time_are_merged(event: Event, user: User) -> None:
    item = add(event, user, "Opening", 0, 15)
    seen = version_of(agenda.session_draft_of(item))
    agenda.move_in_time(event, item, minutes=5, actor=acting(user), now=NOW)
    agenda.edit_session(event, item, draft(event, "Welcome", 0, 15), form_version=seen, actor=acting(user), now=NOW)
    assert programme(event) == [("Welcome", 5, 20)]


def test_two_edits_of_a_time_are_a_conflict(event: Event, user: User) -> None:
    """Also of its start and of its end: merged, the session might end before it begins."""
    item = add(event, user, "Opening", 0, 15)
    seen = version_of(agenda.session_draft_of(item))
    agenda.move_in_time(event, item, minutes=5, actor=acting(user), now=NOW)
    with pytest.raises(EditConflict) as conflict:
        agenda.edit_session(event, item, draft(event, "Opening", 0, 3), form_version=seen, actor=acting(user), now=NOW)
    assert conflict.value.fields == ("starts_at", "ends_at")
    assert programme(event) == [("Opening", 5, 20)]


def test_second_press_of_a_button_changes_nothing_more(event: Event, user: User) -> None:
    item = add(event, user, "Opening", 0, 15)
    seen, wanted = version_of(agenda.session_draft_of(item)), draft(event, "Welcome", 0, 15)
    agenda.edit_session(event, item, wanted, form_version=seen, actor=acting(user), now=NOW)
    agenda.edit_session(event, item, wanted, form_version=seen, actor=acting(user), now=NOW)
    assert programme(event) == [("Welcome", 0, 15)]


def test_each_change_is_noted_and_makes_kept_pages_stale(event: Event, user: User) -> None:
    before = event.page_version
    add(event, user, "Opening", 0, 15)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event_id == event.id)).all()
    assert [(entry.action, entry.user_id, entry.details) for entry in entries] == [
        (AuditAction.AGENDA_CHANGED, user.id, {"what": "session_added"})
    ]
    assert event.page_version == before + 1


def test_neighbours_change_places_and_keep_their_lengths(event: Event, user: User) -> None:
    add(event, user, "Opening", 0, 30)
    talk = add(event, user, "Talk", 30, 10)
    add(event, user, "Closing", 50, 20)
    agenda.move_in_line(event, talk, places=-1, actor=acting(user), now=NOW)
    assert programme(event) == [("Talk", 0, 10), ("Opening", 10, 40), ("Closing", 50, 70)]
    agenda.move_in_line(event, talk, places=-1, actor=acting(user), now=NOW)
    assert programme(event) == [("Talk", 0, 10), ("Opening", 10, 40), ("Closing", 50, 70)]


def test_a_track_moves_without_the_other(event: Event, user: User) -> None:
    one, two = (
        agenda.add_resource(event, AgendaResource.TRACK, texts(name), actor=acting(user), now=NOW)
        for name in ("One", "Two")
    )
    add(event, user, "A1", 0, 30, track_id=one.id)
    second = add(event, user, "A2", 30, 15, track_id=one.id)
    add(event, user, "B1", 0, 20, track_id=two.id)
    add(event, user, "B2", 20, 25, track_id=two.id)
    agenda.move_in_line(event, second, places=-1, actor=acting(user), now=NOW)
    assert sorted(programme(event)) == [("A1", 15, 45), ("A2", 0, 15), ("B1", 0, 20), ("B2", 20, 45)]


def test_a_dropped_order_moves_each_track_by_its_own_part(event: Event, user: User) -> None:
    one, two = (
        agenda.add_resource(event, AgendaResource.TRACK, texts(name), actor=acting(user), now=NOW)
        for name in ("One", "Two")
    )
    a1 = add(event, user, "A1", 0, 30, track_id=one.id)
    b1 = add(event, user, "B1", 0, 20, track_id=two.id)
    b2 = add(event, user, "B2", 20, 25, track_id=two.id)
    a2 = add(event, user, "A2", 30, 15, track_id=one.id)
    agenda.arrange_sessions(event, [b2.id, a1.id, b1.id, a2.id], actor=acting(user), now=NOW)
    assert sorted(programme(event)) == [("A1", 0, 30), ("A2", 30, 45), ("B1", 25, 45), ("B2", 0, 25)]


def test_an_order_that_is_not_one_days_is_refused(event: Event, user: User) -> None:
    first, second = add(event, user, "A", 0, 30), add(event, user, "B", 30, 30)
    other = make_event()
    foreign = add(other, user, "C", 0, 30)
    for order in ([first.id], [first.id, second.id, foreign.id], [foreign.id, first.id], []):
        with pytest.raises(NotFound):
            agenda.arrange_sessions(event, order, actor=acting(user), now=NOW)
    assert programme(event) == [("A", 0, 30), ("B", 30, 60)]


def test_one_session_or_the_rest_of_the_day_moves_in_time(event: Event, user: User) -> None:
    add(event, user, "A", 0, 30)
    second = add(event, user, "B", 30, 30)
    add(event, user, "C", 60, 30)
    agenda.move_in_time(event, second, minutes=-5, actor=acting(user), now=NOW)
    assert programme(event) == [("A", 0, 30), ("B", 25, 55), ("C", 60, 90)]
    assert agenda.move_from(event, second, minutes=10, actor=acting(user), now=NOW) == 2
    assert programme(event) == [("A", 0, 30), ("B", 35, 65), ("C", 70, 100)]


def pressed(app: Flask, press: Callable[[Event, AgendaItem, User], object], *ids: int) -> None:
    """Four users press five times each; all have read the event, the session and themselves before."""
    together = Barrier(4, timeout=30)

    def work() -> None:
        with app.app_context():
            for _ in range(5):
                event, item, user = (
                    db.session.get_one(model, number)
                    for model, number in zip((Event, AgendaItem, User), ids, strict=True)
                )
                db.session.commit()  # what was read stays in the session, as old as it is
                together.wait()
                press(event, item, user)
                db.session.remove()

    people = [Thread(target=work) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()


@pytest.mark.parametrize("press", [agenda.move_in_time, agenda.move_from])
def test_no_minute_is_lost_when_many_press_at_once(
    app: Flask, event: Event, user: User, press: Callable[..., object]
) -> None:
    item = add(event, user, "A", 0, 30)
    ids, first = (event.id, item.id, user.id), item.starts_at
    db.session.remove()
    pressed(app, lambda event, item, user: press(event, item, minutes=5, actor=acting(user), now=NOW), *ids)
    assert db.session.get_one(AgendaItem, ids[1]).starts_at - first == timedelta(minutes=100)


def test_what_was_removed_meanwhile_is_not_found(event: Event, user: User) -> None:
    item = add(event, user, "A", 0, 30)
    db.session.execute(delete(AgendaItem).execution_options(synchronize_session=False))
    with pytest.raises(NotFound):
        agenda.move_in_time(event, item, minutes=5, actor=acting(user), now=NOW)


def test_removing_a_track_room_or_speaker_leaves_the_sessions(event: Event, user: User) -> None:
    track = agenda.add_resource(event, AgendaResource.TRACK, texts("Track"), actor=acting(user), now=NOW)
    room = agenda.add_resource(event, AgendaResource.ROOM, texts("Room"), actor=acting(user), now=NOW)
    speaker = agenda.add_speaker(
        event, SpeakerDraft(name=texts("Who"), title=texts("T"), organisation=texts("O")), actor=acting(user), now=NOW
    )
    item = add(event, user, "A", 0, 30, track_id=track.id, room_id=room.id, speaker_ids=(speaker.id,))
    agenda.remove_resource(event, track, actor=acting(user), now=NOW)
    agenda.remove_resource(event, room, actor=acting(user), now=NOW)
    agenda.remove_speaker(event, speaker, actor=acting(user), now=NOW)
    db.session.expire_all()
    assert (item.track_id, item.room_id, item.speakers) == (None, None, [])
    for model in (Track, Room, Speaker):
        assert db.session.scalars(select(model).where(model.event_id == event.id)).all() == []


def test_what_is_told_is_kept_with_the_event(event: Event, user: User) -> None:
    item = add(event, user, "A", 0, 30)
    told = agenda.mark_as_announced(event)
    assert event.agenda_told == told == [
        {
            "id": item.id,
            "title": dict(texts("A")),
            "starts_at": item.starts_at.isoformat(),
            "ends_at": item.ends_at.isoformat(),
        }
    ]  # fmt: skip


def test_keeping_it_untold_writes_to_nobody(event: Event, user: User) -> None:
    event.agenda_told = []
    add(event, user, "A", 0, 30)
    shown = version_of(differences([], agenda.announced_sessions(event)))
    with pytest.raises(EditConflict):
        agenda.skip_announcement(event, form_version=version_of("an older agenda"), actor=acting(user), now=NOW)
    agenda.skip_announcement(event, form_version=shown, actor=acting(user), now=NOW)
    assert len(event.agenda_told) == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.AGENDA_TOLD)).one()
    assert entry.details == {"messages": 0}


def test_a_removed_session_is_gone(event: Event, user: User) -> None:
    item = add(event, user, "A", 0, 30)
    agenda.remove_session(event, item, actor=acting(user), now=NOW)
    assert programme(event) == []


def test_a_renamed_room_keeps_its_sessions(event: Event, user: User) -> None:
    room = agenda.add_resource(event, AgendaResource.ROOM, texts("Room"), actor=acting(user), now=NOW)
    item = add(event, user, "A", 0, 30, room_id=room.id)
    agenda.rename_resource(
        event, room, texts("Hall"), form_version=version_of(agenda.resource_draft_of(room)), actor=acting(user), now=NOW
    )
    assert item.room is not None
    assert item.room.name == texts("Hall")


def test_speaker_edit_shows_in_all_their_sessions(event: Event, user: User) -> None:
    before = SpeakerDraft(name=texts("Who"), title=texts("T"), organisation=texts("O"))
    speaker = agenda.add_speaker(event, before, actor=acting(user), now=NOW)
    after = SpeakerDraft(name=texts("She"), title=texts("T2"), organisation=texts("O2"))
    agenda.edit_speaker(event, speaker, after, form_version=version_of(before), actor=acting(user), now=NOW)
    assert (speaker.name, speaker.title, speaker.organisation) == (texts("She"), texts("T2"), texts("O2"))


def test_speakers_picture_comes_is_replaced_and_goes(event: Event, user: User) -> None:
    first, second = (drawn(picture_file(colour=colour), Shape.PORTRAIT) for colour in ("red", "blue"))
    said = SpeakerDraft(name=texts("Who"), title=texts("T"), organisation=texts("O"), picture=first.digest)
    speaker = agenda.add_speaker(event, said, picture=first, actor=acting(user), now=NOW)
    assert kept() == [speaker.picture_digest] == [first.digest]
    mended = replace(said, picture=second.digest)
    agenda.edit_speaker(
        event, speaker, mended, picture=second, form_version=version_of(said), actor=acting(user), now=NOW
    )
    assert kept() == [speaker.picture_digest] == [second.digest]
    bare = replace(said, picture=None)
    agenda.edit_speaker(event, speaker, bare, form_version=version_of(mended), actor=acting(user), now=NOW)
    assert (speaker.picture_digest, kept()) == (None, [])
    agenda.edit_speaker(
        event, speaker, mended, picture=second, form_version=version_of(bare), actor=acting(user), now=NOW
    )
    agenda.remove_speaker(event, speaker, actor=acting(user), now=NOW)
    assert kept() == []


def kept() -> list[str]:
    return list(db.session.scalars(select(Picture.digest)))


def test_names_of_rooms_and_speakers_are_not_written_over(event: Event, user: User) -> None:
    room = agenda.add_resource(event, AgendaResource.ROOM, texts("Room"), actor=acting(user), now=NOW)
    said = SpeakerDraft(name=texts("Who"), title=texts("T"), organisation=texts("O"))
    speaker = agenda.add_speaker(event, said, actor=acting(user), now=NOW)
    with pytest.raises(EditConflict):
        agenda.rename_resource(
            event, room, texts("Hall"), form_version=version_of(texts("Older")), actor=acting(user), now=NOW
        )
    mended = SpeakerDraft(name=texts("She"), title=texts("T"), organisation=texts("O"))
    with pytest.raises(EditConflict):
        agenda.edit_speaker(
            event, speaker, mended, form_version=version_of(texts("Older")), actor=acting(user), now=NOW
        )
    assert (room.name, speaker.name) == (texts("Room"), texts("Who"))

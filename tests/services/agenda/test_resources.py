"""Tracks and rooms."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.errors import EditConflict
from eventhub.models import Event, Room, Speaker, Track, User
from eventhub.services import agenda
from eventhub.services.agenda import AgendaResource, SpeakerDraft
from tests.support.factories import NOW, acting, texts

from .conftest import add


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


def test_a_renamed_room_keeps_its_sessions(event: Event, user: User) -> None:
    room = agenda.add_resource(event, AgendaResource.ROOM, texts("Room"), actor=acting(user), now=NOW)
    item = add(event, user, "A", 0, 30, room_id=room.id)
    agenda.rename_resource(
        event, room, texts("Hall"), form_version=version_of(agenda.resource_draft_of(room)), actor=acting(user), now=NOW
    )
    assert item.room is not None
    assert item.room.name == texts("Hall")


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

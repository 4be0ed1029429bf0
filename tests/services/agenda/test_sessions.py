"""Sessions on the real database: added, edited, removed."""

from __future__ import annotations

import pytest

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.errors import EditConflict, NotFound, TooManySessions
from eventhub.models import Event, Room, Track, User
from eventhub.services import agenda
from eventhub.services.agenda import SpeakerDraft
from tests.support.factories import NOW, acting, make_event, texts

from .conftest import add, draft, programme


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


def test_a_removed_session_is_gone(event: Event, user: User) -> None:
    item = add(event, user, "A", 0, 30)
    agenda.remove_session(event, item, actor=acting(user), now=NOW)
    assert programme(event) == []


def test_a_full_agenda_takes_no_session_and_says_how_many_it_has(
    event: Event, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventhub.services.agenda.sessions.MAX_SESSIONS", 2)
    add(event, user, "A", 0, 15)
    add(event, user, "B", 15, 15)
    with pytest.raises(TooManySessions) as refusal:
        add(event, user, "C", 30, 15)
    assert (refusal.value.limit, len(programme(event))) == (2, 2)


@pytest.mark.parametrize("name", ["track_id", "room_id", "speaker_ids"])
def test_tracks_rooms_and_speakers_of_other_events_are_refused(event: Event, user: User, name: str) -> None:
    elsewhere = make_event()
    track, room = Track(name=texts("T"), position=0), Room(name=texts("R"), position=0)
    elsewhere.tracks, elsewhere.rooms = [track], [room]
    speaker = agenda.add_speaker(
        elsewhere, SpeakerDraft(name=texts("S"), title=texts("T"), organisation=texts("O")), actor=acting(user), now=NOW
    )
    theirs = {"track_id": track.id, "room_id": room.id, "speaker_ids": (speaker.id,)}[name]
    with pytest.raises(NotFound):
        add(event, user, "A", 0, 15, **{name: theirs})

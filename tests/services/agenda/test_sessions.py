"""Sessions on the real database: added, edited, removed."""

from __future__ import annotations

import pytest

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.errors import EditConflict
from eventhub.models import Event, User
from eventhub.services import agenda
from eventhub.services.agenda import SpeakerDraft
from tests.support.factories import NOW, acting, texts

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

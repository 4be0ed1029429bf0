"""Speakers and their pictures."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import Event, Picture, User
from eventhub.services import agenda
from eventhub.services.agenda import SpeakerDraft
from tests.support.factories import NOW, acting, picture_file, texts


def test_speaker_edit_shows_in_all_their_sessions(event: Event, user: User) -> None:
    before = SpeakerDraft(name=texts("Who"), title=texts("T"), organisation=texts("O"))
    speaker = agenda.add_speaker(event, before, actor=acting(user), now=NOW)
    after = SpeakerDraft(name=texts("She"), title=texts("T2"), organisation=texts("O2"))
    agenda.edit_speaker(event, speaker, after, form_version=version_of(before), actor=acting(user), now=NOW)
    assert (speaker.name, speaker.title, speaker.organisation) == (texts("She"), texts("T2"), texts("O2"))


def test_speakers_picture_is_added_replaced_and_removed(event: Event, user: User) -> None:
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

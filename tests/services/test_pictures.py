"""Pictures are kept once each, and deleted with their last use."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.pictures import Drawn, Shape, drawn
from eventhub.models import Event, Organisation, Picture, Speaker, User
from eventhub.queries import pictures as queries
from eventhub.services import agenda, organisations
from eventhub.services.pictures import drop_unused, keep
from tests.support.factories import NOW, acting, make_event, make_organisation, make_user, picture_file, texts

Row = TypeVar("Row", bound=Any)


def logo(colour: str = "teal") -> Drawn:
    return drawn(picture_file(colour=colour), Shape.LOGO)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Picture)) or 0


@pytest.mark.usefixtures("db_session")
def test_the_same_picture_is_kept_once() -> None:
    picture = logo()
    assert {keep(picture), keep(picture)} == {picture.digest}
    found = queries.picture(picture.digest)
    assert found is not None
    assert (found.data, found.media_type, found.width, found.height) == (picture.data, "image/webp", 60, 40)
    assert count() == 1


def test_pages_that_name_a_picture_do_not_read_it(db_session: Session) -> None:
    make_organisation(logo_digest=keep(logo()))
    db_session.expire_all()
    organisation = db_session.scalars(select(Organisation)).one()
    assert organisation.logo is not None
    assert "data" not in organisation.logo.__dict__


@pytest.mark.usefixtures("db_session")
def test_picture_is_deleted_with_its_last_use() -> None:
    digest = keep(logo())
    organisation = make_organisation(logo_digest=digest)
    speaker = Speaker(event_id=make_event().id, name=texts("Speaker"), picture_digest=digest)
    db.session.add(speaker)
    drop_unused([digest])
    organisation.logo_digest = None
    drop_unused([digest, None])
    assert count() == 1
    speaker.picture_digest = None
    drop_unused([digest])
    assert count() == 0


def test_picture_that_another_begins_to_show_stays(app: Flask, db_session: Session) -> None:
    """While one takes it away, another chooses the same."""
    picture, event, user, organisation = logo(), make_event(), make_user(), make_organisation()
    speaker = Speaker(event_id=event.id, name=texts("One"), picture_digest=keep(picture))
    db_session.add(speaker)
    db_session.commit()
    numbers = {Event: event.id, User: user.id, Organisation: organisation.id, Speaker: speaker.id}
    together = Barrier(2, timeout=30)

    def one(model: type[Row]) -> Row:
        return db.session.get_one(model, numbers[model])

    def take_away() -> None:
        with app.app_context():
            event, speaker, user = one(Event), one(Speaker), one(User)
            db.session.commit()
            together.wait()
            agenda.remove_speaker(event, speaker, actor=acting(user), now=NOW)

    def choose() -> None:
        with app.app_context():
            organisation = one(Organisation)
            before = organisations.organisation_draft_of(organisation)
            db.session.commit()
            together.wait()
            draft = replace(before, logo=picture.digest)
            organisations.edit_organisation(
                organisation, draft, logo=picture, form_version=version_of(before), actor=SYSTEM, now=NOW
            )

    db.session.remove()
    people = [Thread(target=take_away), Thread(target=choose)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert (one(Organisation).logo_digest, count()) == (picture.digest, 1)

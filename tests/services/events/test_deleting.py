"""A draft is deleted with all that belongs to it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.domain.enums import (
    AgendaKind,
)
from eventhub.domain.errors import (
    Unchangeable,
)
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import (
    AgendaItem,
    Event,
    MessageRule,
    Picture,
    Question,
    Speaker,
    Survey,
    User,
)
from eventhub.services.events import (
    create_event,
    delete_draft,
)
from eventhub.services.pictures import keep
from eventhub.services.surveys import editing as surveys
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    picture_file,
    texts,
)

from .conftest import new_event


def test_delete_removes_a_draft_with_all_that_hangs_on_it(db_session: Session, by: User) -> None:
    event = create_event(new_event(by), actor=acting(by), now=NOW)
    event.questions = [Question(kind="text", label=texts("Question"), position=0)]
    event.agenda = [AgendaItem(kind=AgendaKind.TALK, starts_at=event.starts_at, ends_at=event.ends_at, position=0)]
    portrait = keep(drawn(picture_file(), Shape.PORTRAIT))
    event.speakers = [Speaker(name=texts("Speaker"), picture_digest=portrait)]
    db_session.commit()
    surveys.create_survey(event, actor=acting(by), now=NOW)
    delete_draft(event)
    for model in (Event, MessageRule, Question, AgendaItem, Survey, Speaker, Picture):
        assert db_session.scalar(select(func.count()).select_from(model)) == 0


def test_delete_leaves_a_session_elsewhere_that_presents_the_survey(db_session: Session, by: User) -> None:
    event, other = create_event(new_event(by), actor=acting(by), now=NOW), make_event()
    item = AgendaItem(kind=AgendaKind.TALK, starts_at=other.starts_at, ends_at=other.ends_at, position=0)
    item.survey_id = surveys.create_survey(event, actor=acting(by), now=NOW).id
    other.agenda = [item]
    db_session.commit()
    delete_draft(event)
    db_session.refresh(item)
    assert item.survey_id is None


def test_delete_refuses_what_is_published(db_session: Session, by: User) -> None:
    with pytest.raises(Unchangeable):
        delete_draft(make_event())

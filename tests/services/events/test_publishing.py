"""Publishing needs what participants need; a draft again only before anyone has registered."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from eventhub.domain.enums import (
    AuditAction,
    EventStatus,
    RegistrationStatus,
)
from eventhub.domain.errors import (
    HasRegistrations,
    NotPublishable,
)
from eventhub.domain.events.publishing import Missing
from eventhub.domain.languages import TranslatedText
from eventhub.models import (
    User,
)
from eventhub.services.events import (
    publish,
    unpublish,
)
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_registration,
)

from .conftest import kinds


def test_publish_names_what_is_missing(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None, join_url=None, contact_email="")
    db_session.commit()
    with pytest.raises(NotPublishable) as refused:
        publish(event, actor=acting(by), now=NOW)
    assert refused.value.missing == (Missing.CONTACT, Missing.JOIN_LINK)
    db_session.refresh(event)
    assert event.status is EventStatus.DRAFT


def test_publish_without_a_language_only_when_it_is_said(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None, title=TranslatedText(fi="a", en="b"))
    db_session.commit()
    with pytest.raises(NotPublishable):
        publish(event, actor=acting(by), now=NOW)
    publish(event, without=[Missing.SWEDISH], actor=acting(by), now=NOW)
    assert (event.status, event.published_at) == (EventStatus.PUBLISHED, NOW)
    assert kinds(db_session, event) == [AuditAction.PUBLISHED]


def test_publish_never_goes_without_what_must_be_there(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None, join_url=None)
    with pytest.raises(NotPublishable):
        publish(event, without=[Missing.JOIN_LINK], actor=acting(by), now=NOW)


def test_publish_keeps_the_agenda_as_the_one_that_people_know(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None)
    publish(event, actor=acting(by), now=NOW)
    assert event.agenda_told == []


def test_unpublish_only_while_nobody_has_registered(db_session: Session, by: User) -> None:
    event = make_event()
    unpublish(event, actor=acting(by), now=NOW)
    assert (event.status, event.published_at) == (EventStatus.DRAFT, None)
    publish(event, actor=acting(by), now=NOW)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    db_session.commit()
    with pytest.raises(HasRegistrations):
        unpublish(event, actor=acting(by), now=NOW)

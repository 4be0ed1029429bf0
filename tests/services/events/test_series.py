"""Which series an event may join, on the real database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import EventStatus
from eventhub.domain.errors import NotFound
from eventhub.models import Event, Series, User
from eventhub.services import events
from tests.support.factories import NOW, acting, make_event, make_organisation, make_user, texts


def series_of(slug: str, *members: Event) -> Series:
    series = Series(slug=slug, name=texts(slug))
    db.session.add(series)
    for event in members:
        event.series = series
    db.session.flush()
    return series


def make_draft(**values: object) -> Event:
    return make_event(status=EventStatus.DRAFT, published_at=None, **values)  # type: ignore[arg-type]


@pytest.fixture
def user(db_session: Session) -> User:
    return make_user(make_organisation())


def test_the_series_of_others_drafts_is_neither_offered_nor_accepted(user: User) -> None:
    own = user.memberships[0].organisation
    event = make_event(lead=own)
    series_of("known", make_event())
    series_of("own", make_draft(lead=own))
    series_of("new")
    hidden = series_of("hidden", make_draft())
    offered = events.joinable_series(event, actor=acting(user))
    assert [series.slug for series in offered] == ["known", "new", "own"]
    before = events.basics_of(event)
    with pytest.raises(NotFound):
        events.edit_event(
            event, replace(before, series_id=hidden.id), form_version=version_of(before), actor=acting(user), now=NOW
        )


def test_an_event_may_stay_in_the_series_that_it_is_in(user: User) -> None:
    event = make_draft()
    series_of("its-own", event)
    assert [series.slug for series in events.joinable_series(event, actor=acting(user))] == ["its-own"]

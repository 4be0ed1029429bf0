"""A slug that is taken gets a number."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from eventhub.db.slugs import free_slug
from eventhub.models import Event
from tests.support.factories import make_event


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ((), "forum"),
        (("forum-for-all",), "forum"),
        (("forum",), "forum-2"),
        (("forum", "forum-2", "forum-4"), "forum-3"),
    ],
)
def test_the_first_free_number_follows_a_slug_that_is_taken(
    db_session: Session, taken: tuple[str, ...], free: str
) -> None:
    for slug in taken:
        make_event(slug=slug)
    assert free_slug(Event.slug, "forum") == free


def test_a_slug_is_no_pattern(db_session: Session) -> None:
    make_event(slug="forumX2026")
    assert free_slug(Event.slug, "forum_2026") == "forum_2026"

"""Materials through their page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.models import Event, User
from tests.support.factories import make_event, make_user

ADDRESS = "/en/organise/events/forum/materials"
SLIDES = {"kind": "material", "title-fi": "Diat", "url": "https://materials.example/slides", "language": "fi"}


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event("forum")


@pytest.fixture
def browser(sign_in: Callable[[User], FlaskClient], event: Event) -> FlaskClient:
    return sign_in(make_user(event.hosts[0].organisation))


def test_materials_are_added_moved_and_removed(browser: FlaskClient, event: Event) -> None:
    assert browser.post(ADDRESS, data=SLIDES).status_code == 303
    assert browser.post(ADDRESS, data=SLIDES | {"kind": "recording", "title-fi": "Tallenne"}).status_code == 303
    slides, recording = event.materials
    browser.post(f"{ADDRESS}/{recording.id}/move", data={"to": "earlier"})
    assert event.materials == [recording, slides]
    assert browser.post(f"{ADDRESS}/{slides.id}/remove").status_code == 303
    assert [material.title["fi"] for material in event.materials] == ["Tallenne"]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "slides.pdf", "https://"])
def test_material_with_another_scheme_is_refused(browser: FlaskClient, event: Event, url: str) -> None:
    assert browser.post(ADDRESS, data=SLIDES | {"url": url}).status_code == 422
    assert event.materials == []

"""The board as a page: needs by role, rows, empty states, one organisation of several."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import EventStatus, HostRole, MemberRole, RuleKind
from eventhub.domain.languages import TranslatedText
from eventhub.models import MessageRule, User
from tests.conftest import Clock, Statements
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user, texts
from tests.support.pages import read_page

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def at_work(clock: Clock) -> None:
    clock.set(NOW)


def test_empty_board_names_the_next_step(sign_in: SignIn, db_session: Session) -> None:
    page = sign_in(make_user(make_organisation())).get("/en/organise/").text
    assert "No upcoming events" in page
    assert 'href="/en/organise/new"' in page


def test_a_reader_is_offered_no_new_event(sign_in: SignIn, db_session: Session) -> None:
    page = read_page(sign_in(make_user(make_organisation(), role=MemberRole.READER)), "/en/organise/")
    assert 'href="/en/organise/new"' not in page.html


def test_board_without_an_organisation_says_where_to_ask(sign_in: SignIn, db_session: Session) -> None:
    assert "You do not belong to any organisation yet" in read_page(sign_in(make_user()), "/en/organise/").text


def test_rows_show_places_and_the_next_message_by_role(sign_in: SignIn, db_session: Session) -> None:
    lead, supporter = make_organisation(), make_organisation()
    event = make_event(lead=lead, hosts={supporter: HostRole.SUPPORTER}, capacity=10, title=texts("Forum"))
    make_registration(event)
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=1440))
    seen = read_page(sign_in(make_user(lead)), "/en/organise/")
    assert "Forum (en)" in seen.text
    assert "1 of 10 places taken" in seen.text
    assert "Sun 8 March 2026, 11:00 (EET)" in seen.text
    others = read_page(sign_in(make_user(supporter)), "/en/organise/")
    assert "Next message" not in others.text
    assert "9 places left" in others.text


def test_needs_link_to_the_page_that_meets_them(sign_in: SignIn, db_session: Session) -> None:
    lead = make_organisation()
    make_event("forum", lead=lead, join_url=None, title=TranslatedText(fi="Foorumi"))
    page = read_page(sign_in(make_user(lead)), "/sv/organise/")
    assert "/sv/organise/events/forum/edit#join_url" in page.addresses
    assert "Texter saknas: svenska, engelska" in page.text


def test_board_is_filtered_by_organisation(sign_in: SignIn, db_session: Session) -> None:
    one, other = make_organisation("one"), make_organisation("other")
    make_event(lead=one, title=texts("First"))
    make_event(lead=other, title=texts("Second"))
    client = sign_in(make_user(one, other))
    page = read_page(client, "/en/organise/?organisation=one")
    assert "First (en)" in page.text
    assert "Second (en)" not in page.html
    assert client.get("/en/organise/?organisation=none").status_code == 404


def test_past_events_have_a_page_of_their_own(sign_in: SignIn, db_session: Session) -> None:
    lead = make_organisation()
    make_event(lead=lead, title=texts("Long ago"), starts_at=NOW.replace(year=2025))
    make_event(lead=lead, title=texts("Draft"), status=EventStatus.DRAFT, published_at=None)
    client = sign_in(make_user(lead))
    assert "Long ago (en)" in read_page(client, "/en/organise/past").text
    assert "Draft (en)" in read_page(client, "/en/organise/drafts").text


@pytest.mark.parametrize("page", ["", "past", "drafts"])
def test_lists_take_as_many_statements_for_three_as_for_one(
    sign_in: SignIn, statements: Statements, db_session: Session, page: str
) -> None:
    lead = make_organisation()
    values = {
        "": {},
        "past": {"starts_at": NOW.replace(year=2025)},
        "drafts": {"status": EventStatus.DRAFT, "published_at": None},
    }[page]
    client = sign_in(make_user(lead))

    def furnish() -> None:
        make_registration(make_event(lead=lead, hosts={make_organisation(): HostRole.SUPPORTER}, capacity=3, **values))

    def count() -> int:
        client.get(f"/en/organise/{page}")
        with statements() as seen:
            assert client.get(f"/en/organise/{page}").status_code == 200
        return len(seen)

    furnish()
    for_one = count()
    furnish()
    furnish()
    assert count() == for_one

"""What a supporter's staff come upon, whatever address they ask for: no people, nor their words, nor their number."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import (
    AgendaKind,
    AuditAction,
    EventStatus,
    HostRole,
    MessageKind,
    MessageState,
    QuestionKind,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import AgendaItem, Event, Message, MessageRule, Organisation, Registration, SurveyInvitation, User
from eventhub.services.audit import record
from eventhub.services.surveys import editing as surveys
from tests.conftest import Clock
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user
from tests.support.pages import Page, page_of, read_page

SignIn = Callable[[User], FlaskClient]

PLACES, CONFIRMED, WAITING, JOINED, PLANNED, FAILED, ANSWERED = 60, 23, 14, 19, 16, 15, 3
#: No page shows these for another reason.
NUMBERS: Final = {PLACES, CONFIRMED, WAITING, JOINED, PLANNED, FAILED}
WORDS: Final = {
    "Maija Registrant",
    "people.internal",
    "Only between us",
    "Anna Colleague",
    "capacity-",
    "participants do not know about yet",
}
_ONE_PERSON: Final = re.compile(r"/(people|messages)/(\d+)")


@pytest.fixture
def supporter(db_session: Session, clock: Clock) -> Organisation:
    clock.set(NOW)
    return make_organisation("friend")


@pytest.fixture
def event(supporter: Organisation) -> Event:
    """Something of everything that could be counted or read."""
    lead = make_organisation("lead")
    event = make_event("forum", lead=lead, hosts={supporter: HostRole.SUPPORTER}, links=True, capacity=PLACES)
    people = [
        make_registration(event, name="Maija Registrant", joined_at=NOW if number < JOINED else None)
        for number in range(CONFIRMED)
    ]
    for _ in range(WAITING):
        make_registration(event, status=RegistrationStatus.WAITLISTED)
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
    for number, person in enumerate([*people, *people][: PLANNED + FAILED]):
        db.session.add(_message(person, MessageState.PLANNED if number < PLANNED else MessageState.FAILED))
    times = {"starts_at": event.starts_at, "ends_at": event.ends_at}
    event.agenda = [AgendaItem(kind=AgendaKind.TALK, title=TranslatedText(en="Opening"), position=0, **times)]
    event.agenda_told = []
    db.session.flush()
    _answered(event, people)
    by = make_user(lead, name="Anna Colleague")
    record(AuditAction.EDITED, now=NOW, event=event, actor=acting(by), fields=["title"], told=CONFIRMED)
    db.session.flush()
    return event


def _message(person: Registration, state: MessageState) -> Message:
    return Message(
        key=f"test/{new_key()}",
        kind=MessageKind.CONFIRMATION,
        event_id=person.event_id,
        registration_id=person.id,
        state=state,
        due_at=NOW,
        next_try_at=NOW + timedelta(days=1),
        attempts=1,
        created_at=NOW,
    )


def _answered(event: Event, people: list[Registration]) -> None:
    survey = surveys.create_survey(event, actor=SYSTEM, now=NOW)
    given = {
        QuestionKind.SCALE: 5,
        QuestionKind.CHOICES: ["knowledge"],
        QuestionKind.TEXT: "Only between us",
    }
    for number, person in enumerate(people):
        invitation = SurveyInvitation(survey_id=survey.id, registration_id=person.id, key=new_key(), answered=False)
        db.session.add(invitation)
        db.session.flush()
        if number < ANSWERED:
            values = {question.id: given[question.kind] for question in survey.questions}
            surveys.store_response(invitation, values, language=Language.SV, now=NOW)


def walk(browser: FlaskClient) -> dict[str, str]:
    """Every page that links lead to from the board, one for all people and messages of the event, by its address."""
    found: dict[str, str] = {}
    seen, waiting = {"/en/organise/"}, deque(["/en/organise/"])
    while waiting:
        address = waiting.popleft()
        answer = browser.get(address)
        if answer.status_code != 200:
            continue
        found[address] = "" if address.endswith(".xlsx") else answer.text
        for link in page_of(answer).targets if "html" in answer.mimetype else ():
            path = re.split("[?#]", link)[0]
            same = _ONE_PERSON.sub(r"/\1/0", path)
            if not path.startswith(("/en/organise", "/en/events/forum", "/events/forum")) or same in seen:
                continue
            seen.add(same)
            waiting.append(path)
    return found


def told(pages: dict[str, str]) -> set[int | str]:
    """Which of the secrets stand anywhere on these pages: words in all that is sent, numbers in what can be read."""
    readable = {
        int(number)
        for page in pages.values()
        for number in re.findall(r"(?<![\d.,:/])\d+(?![\d:/])", Page(page).whole if "<body" in page else page)
    }
    return (NUMBERS & readable) | {word for word in WORDS if any(word in page for page in pages.values())}


@pytest.mark.parametrize("later", [timedelta(), timedelta(days=8)], ids=["before it", "after it"])
def test_no_page_shows_a_supporter_people_or_their_number(
    sign_in: SignIn, event: Event, supporter: Organisation, clock: Clock, later: timedelta
) -> None:
    clock.set(NOW + later)
    lead, friend = (sign_in(make_user(host.organisation, name="Reading Now")) for host in event.hosts)
    everything = walk(lead)
    overview = "/en/organise/events/forum"
    assert {overview, f"{overview}/history", f"{overview}/people", f"{overview}/feedback/export.csv"} <= set(everything)
    too_early_or_late = {PLANNED, "participants do not know about yet"} if later else {JOINED}
    assert told(everything) >= (NUMBERS | WORDS) - too_early_or_late  # what follows could find them
    given = walk(friend)
    for address in everything:
        answer = friend.get(address)
        if answer.status_code == 200:
            given[address] = answer.text
    assert overview in given
    assert told(given) == set()


def test_supporter_has_the_tabs_of_their_role(sign_in: SignIn, event: Event, supporter: Organisation) -> None:
    overview = "/en/organise/events/forum"
    page = read_page(sign_in(make_user(supporter)), overview)
    assert page.attributes("nav.tabs a", "href") == [
        overview,
        *(f"{overview}/{tab}" for tab in ("texts", "agenda", "feedback", "hosts")),
    ]
    assert "Your organisation supports this event." in page.text
    assert "37 places left" in read_page(sign_in(make_user(supporter)), "/en/organise/").text  # as on the event's page


def test_a_supporter_sees_how_a_draft_names_it_and_reads_its_texts(
    sign_in: SignIn, event: Event, supporter: Organisation
) -> None:
    event.status, event.title = EventStatus.DRAFT, TranslatedText(fi="Foorumi", en="Forum")
    browser = sign_in(make_user(supporter))
    assert "Forum" in read_page(browser, "/en/organise/").text
    assert (
        "This is a draft. Only its hosts can see it. The lead organiser can publish it."
        in read_page(browser, "/en/organise/events/forum").text
    )
    assert browser.get("/en/events/forum").status_code == 200
    page = read_page(browser, "/en/organise/events/forum/texts")
    assert page.texts("div[lang=fi]")[0] == "Foorumi"
    assert page.text.count("Missing") == 1
    assert page.forms == []


def test_a_supporter_reads_the_sums_of_the_feedback(sign_in: SignIn, event: Event, supporter: Organisation) -> None:
    page = sign_in(make_user(supporter)).get("/en/organise/events/forum/feedback").text
    assert "3 answers." in page
    assert "Average 5.0 out of 5." in page
    assert "Only the lead organiser and the co-organisers can read the free-text answers." in page


def test_more_parts_than_one_add_up(sign_in: SignIn, event: Event, supporter: Organisation) -> None:
    page = read_page(sign_in(make_user(supporter, event.hosts[0].organisation)), "/en/organise/")
    assert "23 of 60 places taken" in page.text

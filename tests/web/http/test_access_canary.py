"""What stands in one organisation's rows, looked for in every answer that others get.

A word of its own is planted in each text of each row: of a published event, of a draft with the same parts, and of a
survey. The public and an organiser of another organisation, who has a draft that names the first as its supporter,
then ask for every page: by its address, and by following links. What they may find is listed; a new column is planted
by itself, so what it shows to strangers has to be decided here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column, Enum, String, Text, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from eventhub.db import Base, db
from eventhub.db.types import TranslatedTextType
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.tokens import new_key
from eventhub.domain.changes import Changes
from eventhub.domain.enums import (
    AgendaKind,
    AuditAction,
    EventStatus,
    HostRole,
    MaterialKind,
    MessageKind,
    MessageState,
    QuestionKind,
    RuleKind,
)
from eventhub.domain.languages import Language
from eventhub.domain.questions.questions import Option
from eventhub.models import (
    AgendaItem,
    Answer,
    Event,
    Material,
    Message,
    MessageRule,
    Organisation,
    Question,
    Room,
    Series,
    Speaker,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
    Track,
    User,
)
from eventhub.services.audit import record
from eventhub.settings import Settings
from tests.conftest import Clock
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    same,
    texts,
)
from tests.support.pages import page_of

SignIn = Callable[[User], FlaskClient]

#: Texts that are addresses, keys or codes: a page that shows them shows the rest of the row, or they open nothing.
NO_WORDS: Final = {
    *("alembic_version.version_num", "event.slug", "event.timezone", "organisation.slug", "organisation.kind"),
    *("organisation.colour", "organisation.logo_digest", "series.slug", "survey.slug", "theme.slug", "region.code"),
    *("region.kind", "invitation_link.code", "user_account.fs_uniquifier", "user_account.password"),
    *("registration.name_key", "registration.manage_key", "registration.join_key", "registration.uid"),
    *("registration.region_code", "survey_invitation.key", "message.key", "message.owner", "event.search_text"),
    *("audit_entry.object", "audit_entry.api_key", "speaker.picture_digest", "picture.digest", "picture.media_type"),
    *("sign_in_link.token_hash", "staff_session.key_hash", "material.url", "event.external_url", "role.name"),
    *("role.description",),
}
#: What strangers may find: names of organisations, a published event as its page and its form show it, public reports.
PUBLIC: Final = {
    *("house organisation.short_name", "house organisation.name", "house organisation.website_url"),
    *("house organisation.privacy_url",),
    *(f"open event.{name}" for name in ("title", "summary", "description", "practical", "venue", "address")),
    *("open event.contact_name", "open event.contact_email"),
    *("open series.name", "open agenda_item.title", "open agenda_item.description", "open track.name"),
    *("open room.name", "open speaker.name", "open speaker.title", "open speaker.organisation"),
    *("open question.label", "open question.hint", "open question.options", "open material.title"),
    *("open survey.title", "open survey.report_intro", "open survey_question.label"),
    *("open survey_question.options",),
}
_WORD: Final = re.compile("zq([0-9]+)zq")


class Garden:
    """The planted words, and where each stands."""

    def __init__(self) -> None:
        self.places: list[str] = []
        self._done: set[tuple[str, object]] = set()

    def word(self, place: str) -> str:
        """A new word for a place: `open event.title`."""
        self.places.append(place)
        return f"zq{len(self.places) - 1}zq"

    def plant(self, group: str) -> None:
        """Plant a word in each text of each row that has none yet."""
        db.session.flush()
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if _takes_words(column)]
            keys = list(table.primary_key.columns)
            for row in db.session.execute(select(*keys)).all() if columns else ():
                if (table.name, tuple(row)) in self._done:
                    continue
                self._done.add((table.name, tuple(row)))
                values = {column: self._text(column, f"{group} {table.name}.{column.name}") for column in columns}
                where = [key == value for key, value in zip(keys, row, strict=True)]
                db.session.execute(update(table).where(*where).values(values))
        db.session.expire_all()

    def found(self, text: str) -> set[str]:
        return {self.places[int(number)] for number in _WORD.findall(text)}

    def _text(self, column: Column[object], place: str) -> object:
        word = self.word(place)
        if "email" in column.name or column.name == "recipient":
            return f"{word}@people.example"
        if column.name.endswith("_url"):
            word = f"https://{word}.example/"
        return same(word) if isinstance(column.type, TranslatedTextType) else word


def _takes_words(column: Column[object]) -> bool:
    kind = column.type
    textual = isinstance(kind, String | Text | TranslatedTextType) and not isinstance(kind, Enum)
    return textual and f"{column.table.name}.{column.name}" not in NO_WORDS


@pytest.fixture
def garden() -> Garden:
    return Garden()


@pytest.fixture
def house(db_session: Session, clock: Clock, garden: Garden) -> Organisation:
    clock.set(NOW)
    house = make_organisation("house")
    make_user(house)
    garden.plant("house")
    for group, status in (("draft", EventStatus.DRAFT), ("open", EventStatus.PUBLISHED)):
        _event(garden, group, house, status)
    own = Survey(slug="own", organisation_id=house.id, language=Language.FI, created_at=NOW, title=texts("Own"))
    db.session.add(own)
    garden.plant("own")
    return house


def _event(garden: Garden, group: str, house: Organisation, status: EventStatus) -> Event:
    """An event with something of everything."""
    word = lambda place: garden.word(f"{group} {place}")  # noqa: E731
    event = make_event(
        group, lead=house, status=status, published_at=NOW if status is EventStatus.PUBLISHED else None, links=True
    )
    event.series = Series(slug=group, name=texts("Series"))
    event.tracks = [Track(name=texts("T"), position=number) for number in range(2)]
    event.rooms = [Room(name=texts("R"), position=0)]
    event.speakers = [Speaker(name=texts("S"))]
    event.materials = [
        Material(kind=MaterialKind.MATERIAL, title=texts("M"), url="https://x.example/", position=0, created_at=NOW)
    ]
    options = (Option(id="a1", label=same(word("question.options"))),)
    event.questions = [
        Question(kind=QuestionKind.CHOICE, label=texts("Q"), position=0, options=options),
        Question(kind=QuestionKind.TEXT, label=texts("Q"), position=1),
    ]
    db.session.flush()
    survey = Survey(
        slug=f"{group}-survey", event_id=event.id, language=Language.FI, title=texts("F"), created_at=NOW,
        report_public=True,
    )  # fmt: skip
    survey.questions = [
        SurveyQuestion(
            kind=QuestionKind.CHOICE, label=texts("Q"), position=0,
            options=(Option(id="a1", label=same(word("survey_question.options"))),),
        ),
        SurveyQuestion(kind=QuestionKind.TEXT, label=texts("Q"), position=1),
    ]  # fmt: skip
    db.session.add(survey)
    db.session.flush()
    event.agenda = [
        AgendaItem(
            kind=AgendaKind.TALK, title=texts("Talk"), starts_at=event.starts_at, ends_at=event.ends_at, position=0,
            track_id=track.id, room_id=event.rooms[0].id, survey_id=survey.id, speakers=list(event.speakers),
        )
        for track in event.tracks
    ]  # fmt: skip
    person = make_registration(event, invitation_link_id=event.invitation_links[0].id)
    person.answers = [Answer(question_id=event.questions[1].id, value=word("answer.value"))]
    db.session.add(
        SurveyResponse(
            survey_id=survey.id, language=Language.FI, answered_on=NOW.date(),
            answers=[
                SurveyAnswer(question_id=survey.questions[0].id, value="a1"),
                SurveyAnswer(question_id=survey.questions[1].id, value=word("survey_answer.value")),
            ],
        )
    )  # fmt: skip
    invitation = SurveyInvitation(survey_id=survey.id, registration_id=person.id, key=new_key(), answered=False)
    rule = MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=180)
    message = Message(
        key=f"canary/{group}", kind=MessageKind.CONFIRMATION, event_id=event.id, registration_id=person.id,
        state=MessageState.FAILED, due_at=NOW, next_try_at=NOW, attempts=1, created_at=NOW, subject="S",
        recipient="r@people.example", last_error="E", context={"before": word("message.context")},
    )  # fmt: skip
    db.session.add_all([invitation, rule, message])
    user = db.session.scalars(select(User)).first()
    assert user is not None
    record(
        AuditAction.EDITED, actor=acting(user), now=NOW, event=event, about=event,
        changes=Changes({"title.en": word("audit_entry.before")}, {"title.en": word("audit_entry.after")}),
        what=word("audit_entry.details"),
    )  # fmt: skip
    record(AuditAction.EDITED, actor=SYSTEM, now=NOW, event=event, about=event)
    garden.plant(group)
    return event


@pytest.fixture
def stranger(house: Organisation) -> User:
    """An organiser of another organisation, whose draft names the house as its supporter, and copies all it may."""
    other = make_organisation("other")
    mine = make_event(
        "mine", lead=other, hosts={house: HostRole.SUPPORTER}, status=EventStatus.DRAFT, published_at=None, links=True
    )
    mine.agenda = [
        AgendaItem(
            kind=AgendaKind.TALK, title=texts("Mine"), starts_at=mine.starts_at, ends_at=mine.ends_at, position=0
        )
    ]
    user = make_user(other)
    db.session.flush()
    return user


def body_of(answer: TestResponse) -> str:
    """Return the answer as text; of a workbook, all its parts."""
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
            return " ".join(file.read(name).decode() for name in file.namelist())
    # Long lines of calendars are folded (RFC 5545, 3.1).
    return answer.data.decode("utf-8", "replace").replace("\r\n ", "")


def addresses_of(app: Flask, event: Event, survey_slug: str) -> Iterator[str]:
    """Every address that answers GET, with the ids of the rows of this event."""
    ids = {
        "item_id": event.agenda[0].id, "row_id": event.tracks[0].id, "speaker_id": event.speakers[0].id,
        "question_id": event.questions[0].id, "material_id": event.materials[0].id, "host_id": event.hosts[0].id,
        "registration_id": 1, "message_id": 1, "rule_id": 1, "part": "tracks", "kind": "csv", "lang": "en",
        "token": "none", "filename": "theme.css", "name": "event", "digest": "0" * 64, "direction": "up",
        "survey_slug": "own", "need": "waiting", "given": "none", "user_id": 1,
    }  # fmt: skip
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.endpoint in {"static", "account.sign_out"}:
                continue
            for slug in {event.slug, survey_slug, "house", "own"} if "slug" in rule.arguments else {""}:
                for kind in ("csv", "xlsx") if "kind" in rule.arguments else ("",):
                    values = ids | {"slug": slug} | ({"kind": kind} if kind else {})
                    yield app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


def walk(browser: FlaskClient, first: list[str], address_of_site: str) -> dict[str, str]:
    """Return each answer at the addresses and at all that their pages link to, by address."""
    found: dict[str, str] = {}
    waiting = deque(first)
    while waiting:
        address = waiting.popleft()
        if address in found:
            continue
        answer = browser.get(address)
        found[address] = body_of(answer) + str(answer.headers)
        if "html" not in answer.mimetype:
            continue
        for link in page_of(answer).targets:
            path = link.removeprefix(address_of_site).partition("#")[0]
            # One language is enough: the words are the same in all.
            if path.startswith("/") and not re.match("/(fi|sv)/|/static|/en/guide|//", path) and path not in found:
                waiting.append(path)
    return found


@pytest.mark.parametrize("who", ["the public", "another organisation"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(days=8)], ids=["before it", "after it"])
def test_no_answer_to_others_holds_what_is_not_public(
    app: Flask, house: Organisation, garden: Garden, stranger: User, sign_in: SignIn, clock: Clock, settings: Settings,
    who: str, later: timedelta,
) -> None:  # fmt: skip
    clock.set(NOW + later)
    browser = sign_in(stranger) if who == "another organisation" else app.test_client()
    events = [db.session.scalars(select(Event).where(Event.slug == slug)).one() for slug in ("open", "draft")]
    first = [address for event in events for address in addresses_of(app, event, f"{event.slug}-survey")]
    mine = "/en/organise/events/mine"
    answers = walk(browser, ["/en/", *first, "/en/organise/", mine, f"{mine}/agenda/new"], settings.public_url)
    leaks = {
        (address, place) for address, text in answers.items() for place in garden.found(text) if place not in PUBLIC
    }
    assert leaks == set()
    seen = {place for text in answers.values() for place in garden.found(text)}
    assert {"open event.title", "open survey.title", "house organisation.name", "open agenda_item.title"} <= seen


def test_the_planted_words_are_found_by_those_who_may_read_them(
    app: Flask, house: Organisation, garden: Garden, sign_in: SignIn, settings: Settings
) -> None:
    """The search itself works: the house's own organiser comes upon nearly all of them."""
    own = sign_in(house.memberships[0].user)
    answers = walk(own, ["/en/", "/en/organise/"], settings.public_url)
    seen = {place for text in answers.values() for place in garden.found(text)}
    readable = {
        *("draft event.title", "draft agenda_item.title", "draft survey.title", "open registration.name"),
        *("open registration.email", "open answer.value", "open survey_answer.value", "open audit_entry.after"),
        *("own survey.title", "open message.last_error", "house user_account.name"),
    }
    assert readable - seen == set()

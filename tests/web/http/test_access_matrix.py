"""The access of each role to every route of the application.

The table is written out by hand, apart from the code's own: a route that is missing from it fails, and so does one that
is opened to another role by mistake. Nothing that a request would save is saved, so that all see the same event.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from functools import reduce
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, select
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from eventhub import urls
from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.db import db, read_only
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.address_links import AddressLink, address_token
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import (
    AgendaKind,
    EventStatus,
    HostRole,
    MaterialKind,
    MemberRole,
    MessageKind,
    MessageState,
    QuestionKind,
    RuleKind,
)
from eventhub.domain.languages import Language
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import (
    AgendaItem,
    Host,
    InvitationLink,
    Material,
    Message,
    MessageRule,
    Question,
    Room,
    Speaker,
    Survey,
    SurveyInvitation,
    SurveyQuestion,
    Track,
    User,
)
from eventhub.services.pictures import keep
from eventhub.services.surveys import editing as surveys
from eventhub.settings import current_settings
from tests.conftest import DatabaseMaker, make_settings
from tests.support.factories import (
    NOW,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    picture_file,
    texts,
)
from tests.support.pages import page_of
from tests.web.conftest import enter_session, session_of


class Who(StrEnum):
    ANONYMOUS = "anonymous"
    UNRELATED = "unrelated"  # an organiser of an organisation that has no part in the event
    SUPPORTER = "supporter"
    CO_ORGANISER = "co_organiser"
    LEAD_READER = "lead_reader"
    LEAD = "lead"


class Gets(StrEnum):
    SIGN_IN = "sign_in"
    HIDDEN = "hidden"
    REFUSED = "refused"
    THROUGH = "through"


def _event(*through: Who) -> dict[Who, Gets]:
    """Inside an event: strangers do not learn that it exists, the others with a part are refused."""
    gets = {who: Gets.THROUGH if who in through else Gets.REFUSED for who in Who}
    return gets | {Who.ANONYMOUS: Gets.SIGN_IN, Who.UNRELATED: Gets.HIDDEN}


_HOSTS = (Who.SUPPORTER, Who.CO_ORGANISER, Who.LEAD_READER, Who.LEAD)

EVERYBODY: Final = dict.fromkeys(Who, Gets.THROUGH)
STAFF: Final = EVERYBODY | {Who.ANONYMOUS: Gets.SIGN_IN}
MAKERS: Final = STAFF | {Who.LEAD_READER: Gets.REFUSED}
HOSTS: Final = _event(*_HOSTS)
COUNTERS: Final = _event(Who.CO_ORGANISER, Who.LEAD_READER, Who.LEAD)
WRITERS: Final = _event(Who.CO_ORGANISER, Who.LEAD)
LEAD: Final = _event(Who.LEAD)
#: A survey apart from any event belongs to the lead's organisation, as does its own page; to others they do not exist.
OWNERS: Final = {
    who: Gets.THROUGH if who in (Who.LEAD, Who.LEAD_READER) else Gets.HIDDEN for who in Who
} | {Who.ANONYMOUS: Gets.SIGN_IN}  # fmt: skip

EXPECTED: Final[Mapping[str, Mapping[Who, Gets]]] = {
    **dict.fromkeys(
        (
            "root", "static", "health.alive", "health.ready",
            "events.index", "events.redirect_to_index", "events.show", "events.feed", "events.calendar",
            "registrations.new", "registrations.create", "registrations.registered",
            "registrations.find", "registrations.send_link",
            "registrations.show", "registrations.edit", "registrations.update", "registrations.calendar",
            "registrations.confirm_cancel", "registrations.cancel",
            "registrations.confirm_put_back", "registrations.put_back", "registrations.confirm_erase",
            "registrations.erase", "registrations.send_fresh_link",
            "registrations.edit_address", "registrations.request_address",
            "registrations.confirm_address", "registrations.change_address",
            "registrations.data",
            "joins.show", "joins.join", "surveys.new", "surveys.create", "surveys.thanks", "reports.show",
            "pages.about", "pages.privacy", "pages.accessibility", "pages.guide", "pages.guide_picture",
            "pictures.show",
            "account.sign_in", "account.enter", "account.link_sent", "account.link", "account.use_link",
            "account.sign_out",
        ),
        EVERYBODY,
    ),
    **dict.fromkeys(
        (
            "account.show", "account.update", "account.sign_out_everywhere", "organise_enquiries.index",
            "organise_board.index", "organise_board.drafts", "organise_board.past",
        ),
        STAFF,
    ),
    **dict.fromkeys(("organise_events.new", "organise_events.create"), MAKERS),
    **dict.fromkeys(("organise_enquiries.show", "organise_organisations.show"), OWNERS),
    **dict.fromkeys(
        (
            "organise_enquiries.export", "organise_organisations.update",
            "organise_colleagues.index", "organise_colleagues.edit", "organise_colleagues.update",
            "organise_colleagues.sign_out", "organise_colleagues.confirm_deactivate", "organise_colleagues.deactivate",
            "organise_colleagues.reactivate", "organise_colleagues.confirm_remove", "organise_colleagues.remove",
        ),
        OWNERS | {Who.LEAD_READER: Gets.REFUSED},
    ),
    **dict.fromkeys(
        (
            "organise_events.show", "organise_hosts.index", "organise_agenda.index", "organise_texts.edit",
            "organise_feedback.index",
        ),
        HOSTS,
    ),
    **dict.fromkeys(("organise_history.index", "organise_people.index"), COUNTERS),
    **dict.fromkeys(
        (
            "organise_events.copy", "organise_events.create_copy", "organise_texts.update", "organise_feedback.export",
            "organise_places.edit", "organise_people.show", "organise_people.export",
            "organise_agenda.new", "organise_agenda.create", "organise_agenda.edit", "organise_agenda.update",
            "organise_agenda.confirm_destroy", "organise_agenda.destroy", "organise_agenda.move",
            "organise_agenda.shift",
            "organise_agenda.arrange", "organise_agenda_resources.index", "organise_agenda_resources.create",
            "organise_agenda_resources.edit", "organise_agenda_resources.update",
            "organise_agenda_resources.destroy", "organise_speakers.new",
            "organise_speakers.create", "organise_speakers.edit",
            "organise_speakers.update", "organise_speakers.destroy",
        ),
        WRITERS,
    ),
    **dict.fromkeys(
        (
            "organise_events.edit", "organise_events.update", "organise_events.confirm_publish",
            "organise_events.publish", "organise_events.unpublish", "organise_events.confirm_cancel",
            "organise_events.cancel", "organise_events.confirm_destroy", "organise_events.destroy",
            "organise_hosts.create", "organise_hosts.update", "organise_hosts.move", "organise_hosts.confirm_hand_over",
            "organise_hosts.hand_over", "organise_hosts.confirm_destroy", "organise_hosts.destroy",
            "organise_places.update", "organise_questions.new",
            "organise_questions.create", "organise_questions.edit",
            "organise_questions.update", "organise_questions.move", "organise_questions.confirm_destroy",
            "organise_questions.destroy",
            "organise_materials.index", "organise_materials.create", "organise_materials.move",
            "organise_materials.destroy", "organise_materials.mark_captioned", "organise_materials.unmark_captioned",
            "organise_todos.confirm_put_aside", "organise_todos.put_aside", "organise_todos.bring_back",
            "organise_todos.no_recording",
            "organise_agenda.confirm_tell", "organise_agenda.tell", "organise_agenda.keep",
            "organise_people.requirements", "organise_people.new", "organise_people.create", "organise_people.edit",
            "organise_people.update", "organise_people.confirm_cancel", "organise_people.cancel",
            "organise_people.edit_address", "organise_people.update_address",
            "organise_people.send_link", "organise_people.show_link",
            "organise_people.check_in", "organise_people.undo_check_in",
            "organise_people.confirm_put_back", "organise_people.put_back",
            "organise_people.confirm_give_place", "organise_people.give_place",
            "organise_messages.index", "organise_messages.create_rule", "organise_messages.confirm_destroy_rule",
            "organise_messages.destroy_rule", "organise_messages.show", "organise_messages.send_again",
            "organise_messages.send_failed_again",
            "organise_feedback.confirm_send", "organise_feedback.send",
            "organise_feedback.create", "organise_feedback.edit", "organise_feedback.update",
            "organise_survey_questions.index",
            "organise_survey_questions.new", "organise_survey_questions.create", "organise_survey_questions.edit",
            "organise_survey_questions.update", "organise_survey_questions.move",
            "organise_survey_questions.confirm_destroy", "organise_survey_questions.destroy",
        ),
        LEAD,
    ),
}  # fmt: skip

#: The answers by which a route lets through, hides or refuses. Any other is a fault: a crash (500) shows no access.
OUTCOMES: Final = {
    **dict.fromkeys((200, 202, 302, 303, 400, 409, 410, 422), Gets.THROUGH),
    404: Gets.HIDDEN,
    403: Gets.REFUSED,
}

#: Open to all, and not ready: no worker runs here.
NOT_READY: Final = ("health.ready", 503)

#: What stands in addresses, besides ids of rows.
_FIXED: Final = {
    "lang": "en",
    "token": "none",
    "filename": "theme.css",
    "part": "tracks",
    "kind": "csv",
    "direction": "up",
    "slug": "joint",
    "survey_slug": "apart",
    "name": "event",
    "need": "messages_failed",
}


class World:
    """One event with something of everything, and one browser for each kind of person."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ids: dict[str, int | str] = {}
        with app.app_context():
            self._furnish()
            self.users = self._people()
            self.ids["user_id"] = self.users[Who.LEAD_READER].id
            db.session.commit()
            for user in self.users.values():
                db.session.refresh(user)
            self.sessions = {who: session_of(app, user) for who, user in self.users.items()}
            db.session.expunge_all()

    def browser(self, who: Who) -> FlaskClient:
        """A new one each time: signing out is among the routes."""
        client = self.app.test_client()
        enter_session(client, self.sessions.get(who, {}))
        return client

    def _furnish(self) -> None:
        self.lead, self.co, self.supporter = (make_organisation(slug) for slug in ("lead", "co", "supporter"))
        event = make_event(
            "joint",
            lead=self.lead,
            hosts={self.co: HostRole.CO_ORGANISER, self.supporter: HostRole.SUPPORTER},
            links=True,
        )
        make_event("draft", lead=self.lead, status=EventStatus.DRAFT, published_at=None)
        link = db.session.scalars(select(InvitationLink).where(InvitationLink.organisation_id == self.co.id)).one()
        registration = make_registration(event, invitation_link_id=link.id)
        # The link that confirms an address works only while its event is to come.
        active = make_registration(make_event("coming", lead=self.lead, starts_at=utcnow() + timedelta(days=7)))
        track, room = Track(name=texts("Track"), position=0), Room(name=texts("Room"), position=0)
        speaker = Speaker(name=texts("Speaker"))
        event.tracks, event.rooms, event.speakers = [track], [room], [speaker]
        item = AgendaItem(
            kind=AgendaKind.TALK, title=texts("Talk"), starts_at=event.starts_at, ends_at=event.ends_at, position=0
        )
        event.agenda = [item]
        question = Question(kind=QuestionKind.TEXT, label=texts("Question"), position=0)
        event.questions = [question]
        material = Material(
            kind=MaterialKind.RECORDING, title=texts("Recording"), url="https://x.example/", position=0, created_at=NOW
        )
        event.materials = [material]
        db.session.flush()
        survey = surveys.create_survey(event, actor=SYSTEM, now=NOW)
        db.session.add(
            Survey(
                organisation_id=self.lead.id,
                slug="apart",
                language=Language.FI,
                title=texts("Apart"),
                report_public=True,
                created_at=NOW,
            )
        )
        rule = MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=180)
        message = Message(
            key="matrix",
            kind=MessageKind.CONFIRMATION,
            event_id=event.id,
            registration_id=registration.id,
            state=MessageState.FAILED,
            due_at=NOW,
            next_try_at=NOW,
            attempts=1,
            created_at=NOW,
        )
        db.session.add_all([rule, message])
        db.session.flush()
        host = db.session.scalars(select(Host).where(Host.organisation == self.co)).one()
        asked = db.session.scalars(select(SurveyQuestion).where(SurveyQuestion.survey_id == survey.id)).first()
        assert asked is not None
        self.survey_question_id = asked.id
        invitation = SurveyInvitation(
            survey_id=survey.id, registration_id=registration.id, key=new_key(), answered=False
        )
        db.session.add(invitation)
        db.session.flush()
        self.digest = keep(drawn(picture_file(), Shape.LOGO))
        fresh_page = urls.fresh_own_page(registration, until=NOW + timedelta(days=3650))
        #: The personal links of the participant, which open their pages in any browser.
        self.tokens = {
            "registrations": _token(fresh_page),
            "joins": _token(urls.join(registration)),
            "surveys": _token(urls.survey(invitation, Language.EN)),
        }
        #: The forms behind personal links, which no organiser's rights open.
        self.own_forms = {
            "registrations.update": f"{urls.own_page(registration)}/edit",
            "registrations.request_address": f"{fresh_page}/address",
            "surveys.create": urls.survey(invitation, Language.EN),
        }
        self.ids = {
            "registration_id": registration.id,
            "item_id": item.id,
            "row_id": track.id,
            "speaker_id": speaker.id,
            "question_id": question.id,
            "material_id": material.id,
            "message_id": message.id,
            "rule_id": rule.id,
            "host_id": host.id,
            "given": address_token(
                AddressLink(active.id, active.manage_key, "new@people.example"),
                secret=current_settings().secret_key,
                now=utcnow(),
            ),
        }

    def _people(self) -> dict[Who, User]:
        return {
            Who.UNRELATED: make_user(make_organisation("unrelated")),
            Who.SUPPORTER: make_user(self.supporter),
            Who.CO_ORGANISER: make_user(self.co),
            Who.LEAD_READER: make_user(self.lead, role=MemberRole.READER),
            Who.LEAD: make_user(self.lead, is_administrator=True),
        }

    def address(self, endpoint: str, arguments: set[str]) -> str:
        values: dict[str, Any] = {**_FIXED, **self.ids, "digest": self.digest}
        values["token"] = self.tokens.get(endpoint.partition(".")[0], "none")
        if endpoint == "reports.show":
            values["slug"] = "apart"
        if endpoint.startswith(("organise_organisations.", "organise_colleagues.")):
            values["slug"] = "lead"
        if endpoint.startswith("organise_survey_questions."):
            values["question_id"] = self.survey_question_id
        with self.app.test_request_context():
            return self.app.url_for(endpoint, **{name: values[name] for name in arguments})

    def form(self, endpoint: str) -> dict[str, Any]:
        """Return the fields that a route reads before it checks access."""
        return {"organise_agenda.arrange": {"order": [self.ids["item_id"]]}}.get(endpoint, {})

    def ask(self, who: Who, endpoint: str, address: str, method: str) -> Gets:
        response = self.browser(who).open(
            address, method=method, data=self.form(endpoint) if method == "POST" else None
        )
        if endpoint != "account.sign_out" and "/account/sign-in" in (response.location or ""):
            return Gets.SIGN_IN if endpoint != "account.enter" else Gets.THROUGH
        if (endpoint, response.status_code) == NOT_READY:
            return Gets.THROUGH
        assert response.status_code in OUTCOMES, f"{method} {address}: {response.status}"
        return OUTCOMES[response.status_code]


def _token(address: str) -> str:
    return address.rpartition("/")[2]


class _Halt(Exception):
    """Raised where a service would commit: the request was let through, and nothing is saved."""


@pytest.fixture(scope="module")
def world(
    make_database: DatabaseMaker, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    url = make_database(str(request.config.getoption("--database")))
    app = create_app(make_settings(tmp_path_factory.mktemp("matrix"), database_url=url))
    app.config.update(WTF_CSRF_ENABLED=False)
    furnished = World(app)

    @app.errorhandler(_Halt)
    def halted(_: _Halt) -> tuple[str, int]:
        return "halted before the commit", 202

    def halt(session: Session) -> None:
        if not read_only.get():
            raise _Halt

    sqlalchemy_event.listen(db.session, "before_commit", halt)
    yield furnished
    sqlalchemy_event.remove(db.session, "before_commit", halt)
    with app.app_context():
        db.engine.dispose()


def test_every_route_stands_in_the_table(world: World) -> None:
    assert sorted(EXPECTED) == sorted({rule.endpoint for rule in world.app.url_map.iter_rules()})


@pytest.mark.parametrize("endpoint", sorted(EXPECTED))
def test_access_is_what_the_table_says(world: World, endpoint: str) -> None:
    for rule in world.app.url_map.iter_rules(endpoint):
        address = world.address(endpoint, set(rule.arguments))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            got = {who: world.ask(who, endpoint, address, method) for who in Who}
            assert got == EXPECTED[endpoint]


@pytest.mark.parametrize("endpoint", ["events.index", "organise_hosts.index", "organise_hosts.create"])
def test_a_crash_is_not_access(world: World, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    def crash(**_: object) -> str:
        raise RuntimeError("planted")

    monkeypatch.setitem(world.app.view_functions, endpoint, crash)
    [rule] = world.app.url_map.iter_rules(endpoint)
    method = "POST" if "POST" in (rule.methods or set()) else "GET"
    with pytest.raises(AssertionError, match="500 INTERNAL SERVER ERROR"):
        world.ask(Who.LEAD, endpoint, world.address(endpoint, set(rule.arguments)), method)


@pytest.mark.usefixtures("clock")
def test_every_post_needs_a_csrf_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", True)
    rules = [rule for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    taken = set()
    for rule in rules:
        address = world.own_forms.get(rule.endpoint) or world.address(rule.endpoint, set(rule.arguments))
        address = re.sub("/(fi|sv)/", "/en/", address)
        page = world.browser(Who.LEAD).post(
            address, data={"way": "link", "csrf_token": "old"}, headers={"Accept-Language": "en"}
        )
        if page.status_code not in {400, 422} or "The form was open for too long" not in page.text:
            taken.add(rule.endpoint)
    assert (len(rules) > 50, taken) == (True, set())


@pytest.mark.parametrize("who", [Who.ANONYMOUS, Who.UNRELATED])
@pytest.mark.parametrize("page", ["/en/events/{}", "/en/organise/events/{}"])
def test_a_draft_is_hidden_from_strangers_as_if_it_were_not_there(world: World, who: Who, page: str) -> None:
    there, nowhere = (_seen(world, who, page, slug) for slug in ("draft", "nowhere"))
    assert there == nowhere


def _seen(world: World, who: Who, page: str, slug: str) -> tuple[int, str]:
    """Return the status and the page, without the address and the CSRF token, which is new on each page."""
    response = world.browser(who).get(page.format(slug))
    tokens = page_of(response).attributes("[name=csrf_token]", "value")
    text = re.sub(rf"\b{slug}\b", "", response.text)
    return response.status_code, reduce(lambda text, token: text.replace(token, ""), tokens, text)


class _UnfinishedBody(io.BytesIO):
    """A body of which nothing comes: reading it fails, as it does when the client has gone."""

    was_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.was_read = True
        raise ConnectionResetError

    def readinto(self, buffer: Any, /) -> int:
        return len(self.read())


def test_no_post_begins_to_write_before_its_body_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite a client that falls silent within its body would otherwise hold the write lock."""
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", True)
    begun: list[str] = []

    def note(_: Connection) -> None:
        if not read_only.get():
            begun.append("writing")

    unread, wrote = set(), set()
    sqlalchemy_event.listen(Engine, "begin", note)
    try:
        for rule in world.app.url_map.iter_rules():
            if "POST" not in (rule.methods or set()):
                continue
            begun.clear()
            body = _UnfinishedBody(bytes(500))
            world.browser(Who.LEAD).post(
                world.own_forms.get(rule.endpoint) or world.address(rule.endpoint, set(rule.arguments)),
                input_stream=body,
                content_type="application/x-www-form-urlencoded",
            )
            if not body.was_read:
                unread.add(rule.endpoint)
            if begun:
                wrote.add(rule.endpoint)
    finally:
        sqlalchemy_event.remove(Engine, "begin", note)
    assert (unread, wrote) == (set(), set())


def test_no_head_request_begins_to_write(world: World) -> None:
    """Mail programs and link checkers send HEAD: it notes no join and no download, and uses up no link."""
    begun: list[str] = []
    asking = ""

    def note(_: Connection) -> None:
        if not read_only.get():
            begun.append(asking)

    sqlalchemy_event.listen(Engine, "begin", note)
    try:
        for rule in world.app.url_map.iter_rules():
            if "HEAD" in (rule.methods or set()):
                asking = rule.endpoint
                world.browser(Who.LEAD).head(world.address(rule.endpoint, set(rule.arguments)))
    finally:
        sqlalchemy_event.remove(Engine, "begin", note)
    assert begun == []

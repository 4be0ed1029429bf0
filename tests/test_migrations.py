"""Migrations lead up and down on both databases, and end where the models are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import JSON, func, insert, inspect, select, text
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.exc import IntegrityError

from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.db import UtcDateTime, db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.tokens import new_key
from eventhub.domain.changes import Changes
from eventhub.domain.enums import Attendance, AttendanceMode, AuditAction, MessageKind, MessageState, QuestionKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.names import name_key
from eventhub.domain.pictures import Shape, drawn
from eventhub.domain.questions.questions import Condition, Option
from eventhub.mail.outbox import frozen_body, put
from eventhub.models import (
    Answer,
    AuditEntry,
    Event,
    Message,
    Organisation,
    Question,
    Registration,
    Speaker,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
)
from eventhub.services.audit import record
from eventhub.services.messages.planning import plan_due
from eventhub.services.pictures import keep
from eventhub.services.questions import question_draft_of
from eventhub.services.surveys import editing as surveys
from tests.support.factories import (
    NOW,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    picture_file,
    same,
    texts,
)
from tests.support.servers import Postgres, free_port

from .conftest import make_settings

ROOT = Path(__file__).resolve().parent.parent
DAY = timedelta(days=1)
#: The revision below the one that makes the audit trail.
BEFORE_AUDIT = str(ScriptDirectory(str(ROOT / "migrations")).get_revision("0008").down_revision)
#: A key, and the links with it to a survey, to a registration and to a meeting, as EventHub mailed them at 0004.
MAILED_KEY = "0123456789abcdefghijkl"
MAILED_LINKS = (
    f"/fi/s/{MAILED_KEY}Hg8O08BPiWblHsOYkfdLy5Ga",
    f"/fi/r/{MAILED_KEY}SLtfuEudLjD_f92zNkcGBQQn",
    f"/j/{MAILED_KEY}RNO0_TYO07VUIezy6tn2mY8i",
)
NEW_TITLE = Changes(before={"title.fi": "Ennen"}, after={"title.fi": "Nyt"})


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create(f"migrations_{free_port()}")
    application = create_app(make_settings(tmp_path, database_url=url))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.usefixtures("app")
def test_migrations_run_up_down_and_up_again() -> None:
    upgrade()
    assert tables() == set(db.metadata.tables)
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == set(db.metadata.tables)


@pytest.mark.usefixtures("app")
def test_migrated_tables_are_the_models() -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.usefixtures("app")
def test_each_migration_runs_up_and_down() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    revisions = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    for revision in revisions:
        upgrade(revision=revision)
        downgrade(revision="-1")
        upgrade(revision=revision)
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == scripts.get_current_head()


@pytest.mark.usefixtures("app")
def test_rows_survive_every_migration() -> None:
    upgrade()
    survey = surveys.create_survey(make_event(), actor=SYSTEM, now=NOW)
    invitation = SurveyInvitation(survey=survey, registration=make_registration(survey.event), key=new_key())
    db.session.add(invitation)
    db.session.commit()
    scale = next(question for question in survey.questions if question.kind is QuestionKind.SCALE)
    surveys.store_response(invitation, {scale.id: "4"}, language=Language.FI, now=NOW)
    before = {name: rows(name) for name in tables()}
    assert min(before["survey_answer"], before["event"], before["registration"]) == 1
    db.session.remove()
    downgrade(revision="0001")
    upgrade()
    assert {name: rows(name) for name in tables()} == before


def test_links_in_mail_of_0004_still_open(app: Flask) -> None:
    """Neither these addresses nor the way they are signed may change: they stand in mail."""
    upgrade()
    ended = make_event(starts_at=utcnow() - DAY)
    survey = surveys.create_survey(ended, actor=SYSTEM, now=NOW)
    of_ended = make_registration(ended, "thanked@people.example")
    make_registration(make_event(starts_at=utcnow() + DAY), manage_key=MAILED_KEY, join_key=MAILED_KEY)
    values = {"survey_id": survey.id, "registration_id": of_ended.id, "key": MAILED_KEY, "answered": False}
    db.session.commit()
    db.session.remove()
    downgrade(revision="0004")
    _execute(
        "INSERT INTO survey_invitation (survey_id, registration_id, key, answered)"
        " VALUES (:survey_id, :registration_id, :key, :answered)",
        **values,
    )
    upgrade()
    client = app.test_client()
    assert {address: client.get(address).status_code for address in MAILED_LINKS} == dict.fromkeys(MAILED_LINKS, 200)


@pytest.mark.usefixtures("app")
def test_picture_columns_are_dropped_below_0004() -> None:
    upgrade()
    digest = keep(drawn(picture_file(), Shape.LOGO))
    event = make_event(lead=make_organisation("shows", logo_digest=digest))
    db.session.add(Speaker(event_id=event.id, name=texts("Speaker"), picture_digest=digest))
    db.session.commit()
    newer = {"picture", "audit_entry", "staff_session", "put_aside_todo"}
    before = {name: rows(name) for name in tables() - newer}
    db.session.remove()
    downgrade(revision="0003")
    assert {name: rows(name) for name in tables() - {"history_entry"}} == before
    upgrade()
    assert (rows("picture"), {name: rows(name) for name in tables() - newer}) == (0, before)
    assert db.session.scalars(select(Organisation.logo_digest)).all() == [None]
    db.session.rollback()


#: What 0005 stored of an organisation and of an event in Swedish, and what it is in three languages.
ORGANISATION = {"short_name": "SOSTE", "website_url": "https://soste.example/", "privacy_url": None}
EVENT = {"address": "Exempelgatan 1", "external_url": "https://other.example/"}


@pytest.mark.usefixtures("app")
def test_names_addresses_and_links_become_texts_in_three_languages_and_plain_again() -> None:
    upgrade()
    event = make_event(lead=make_organisation("soste"), language=Language.SV)
    record(AuditAction.HOSTS_CHANGED, actor=SYSTEM, now=NOW, event=event, what="added", host=texts("S").as_json())
    registration = make_registration(event)
    before = {"before": {"address": {"fi": "Esimerkkikatu 1", "sv": "Exempelgatan 1"}, "join_url": ""}}
    put(MessageKind.EVENT_CHANGED, registration, now=NOW, context=before)
    db.session.commit()
    downgrade(revision="0005")
    assert stored("message", "context") == [{"before": {"address": "Exempelgatan 1", "join_url": ""}}]
    assert [details["organisation"] for details in stored("history_entry", "details")] == ["S (fi)"]
    for table, values in (("organisation", ORGANISATION), ("event", EVENT)):
        named = ", ".join(f"{name} = :{name}" for name in values)
        db.session.execute(text(f"UPDATE {table} SET {named}"), values)
    db.session.commit()

    upgrade()
    organisation = db.session.scalars(select(Organisation)).one()
    assert (organisation.short_name, organisation.website_url) == (same("SOSTE"), same("https://soste.example/"))
    assert organisation.privacy_url == TranslatedText()
    moved = db.session.scalars(select(Event)).one()
    assert (moved.address, moved.external_url) == (TranslatedText(sv="Exempelgatan 1"), same("https://other.example/"))
    assert stored("message", "context") == [{"before": {"address": {"sv": "Exempelgatan 1"}, "join_url": ""}}]
    assert [details["host"] for details in stored("audit_entry", "details")] == [same("S (fi)").as_json()]

    organisation.short_name = TranslatedText(sv="Kommunförbundet", en="Municipalities")
    moved.address = TranslatedText(fi="Esimerkkikatu 1", sv="Exempelgatan 1")
    moved.external_url = TranslatedText(en="https://other.example/en")
    db.session.commit()
    downgrade(revision="0005")
    names = ", ".join(ORGANISATION)
    assert db.session.execute(text(f"SELECT {names} FROM organisation")).one() == (
        "Kommunförbundet",
        "https://soste.example/",
        None,
    )
    assert db.session.execute(text("SELECT address, external_url FROM event")).one() == (
        "Exempelgatan 1",
        "https://other.example/en",
    )
    db.session.rollback()
    upgrade()


def stored(table: str, column: str, *, order: str = "id") -> list[Any]:
    """Return a JSON column as it is stored; the transaction is ended."""
    found = list(
        db.session.scalars(select(sql_column(column, JSON)).select_from(sql_table(table)).order_by(text(order)))
    )
    db.session.rollback()
    return found


@pytest.mark.usefixtures("app")
def test_values_of_options_become_ids_and_back() -> None:
    """Options, conditions and answers of both kinds of questions, down and up again; texts on the way as they were."""
    upgrade()
    event = make_event(attendance_mode=AttendanceMode.HYBRID)
    options = tuple(Option(one, TranslatedText(fi=f"{one} (ä)")) for one in ("a1", "a2"))
    event.questions = [
        Question(kind=QuestionKind.TEXT, label=texts("All"), position=0),
        Question(
            kind=QuestionKind.CHOICES,
            label=texts("Some"),
            options=options,
            condition=Condition(Attendance.IN_PERSON),
            position=1,
        ),
    ]
    registration = make_registration(event, attendance=Attendance.IN_PERSON)
    values = ("ä", ["a1", "a2"])
    registration.answers = [
        Answer(question=question, value=value) for question, value in zip(event.questions, values, strict=True)
    ]
    survey = surveys.create_survey(event, actor=SYSTEM, now=NOW)
    invitation = SurveyInvitation(survey=survey, registration=registration, key=new_key())
    db.session.add(invitation)
    db.session.commit()
    given = {survey.questions[0].id: 4, survey.questions[2].id: ["knowledge", "tools"]}
    surveys.store_response(invitation, given, language=Language.FI, now=NOW)
    before = questions_and_answers()
    db.session.remove()

    downgrade(revision="0005")
    label = {"fi": "a1 (ä)"}, {"fi": "a2 (ä)"}
    assert stored("question", "options") == [
        [],
        [{"value": "a1", "label": label[0]}, {"value": "a2", "label": label[1]}],
    ]
    attendances = db.session.scalars(text("SELECT attendance FROM question ORDER BY id")).all()
    assert attendances == [None, "in_person"]
    db.session.rollback()
    ends, *_ = stored("survey_question", "options")
    assert [sorted(option) for option in ends] == [["label", "value"]] * 2
    assert stored("answer", "value", order="question_id") == ["ä", ["a1", "a2"]]
    assert stored("survey_answer", "value", order="question_id") == [4, ["knowledge", "tools"]]

    upgrade()
    assert questions_and_answers() == before
    db.session.rollback()


def questions_and_answers() -> list[object]:
    """All that is stored of both kinds of questions and of the answers to them."""
    asked = [
        question_draft_of(question)
        for kind in (Question, SurveyQuestion)
        for question in db.session.scalars(select(kind).order_by(kind.id))
    ]
    given = [
        (answer.question_id, answer.value)
        for kind in (Answer, SurveyAnswer)
        for answer in db.session.scalars(select(kind).order_by(kind.question_id))
    ]
    return [*asked, *given]


def rows(table: str) -> int:
    found = db.session.scalar(text(f'SELECT count(*) FROM "{table}"'))
    db.session.rollback()
    return int(found or 0)


def test_revisions_have_one_head_and_consecutive_numbers() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    names = [Path(script.path).name for script in reversed(list(scripts.walk_revisions()))]
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]


@pytest.mark.usefixtures("app")
def test_0011_fills_the_keys_of_names() -> None:
    upgrade()
    event = make_event()
    people = [make_registration(event, name=name) for name in ("Åke  STRAUß", "")]
    keys = {person.id: name_key(person.name) for person in people}
    db.session.commit()
    downgrade(revision="0010")
    upgrade()
    assert dict(db.session.execute(select(Registration.id, Registration.name_key)).all()) == keys


@pytest.mark.usefixtures("app")
def test_0012_makes_consents_optional() -> None:
    upgrade()
    event = make_event()
    for position, kind in enumerate((QuestionKind.CONSENT, QuestionKind.ACCEPTANCE)):
        db.session.add(Question(event_id=event.id, kind=kind, label=texts("May we?"), position=position))
    db.session.commit()
    downgrade(revision="0011")
    db.session.execute(text("UPDATE question SET required = true"))
    db.session.commit()
    upgrade()
    found = select(Question.kind, Question.required).order_by(Question.position)
    assert db.session.execute(found).all() == [(QuestionKind.CONSENT, False), (QuestionKind.ACCEPTANCE, True)]
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE question SET required = true"))
    db.session.rollback()


@pytest.mark.usefixtures("app")
def test_0003_names_a_sent_message_by_its_offset_and_back() -> None:
    """Rule 60 of a day before and rule 2 of an hour before swap the numbers in their keys."""
    upgrade()
    event = make_event()
    person, start = make_registration(event).id, event.starts_at.isoformat()
    instants = (event.starts_at - DAY, event.starts_at - timedelta(hours=1), event.ends_at + DAY)
    db.session.commit()
    downgrade(revision="0002")
    old = [f"reminder/60/{person}/{start}", f"reminder/2/{person}/{start}", f"thanks/3/{person}"]
    for key, rule_id, minutes in zip(old, (60, 2, 3), (1440, 60, 60), strict=True):
        insert_rule(rule_id, key.partition("/")[0], minutes)
        insert_message(key, rule_id=rule_id)
    insert_message(f"own_link/{person}/0")

    upgrade(revision="0003")
    assert keys() == [
        *(f"reminder/1440/{person}/{start}", f"reminder/60/{person}/{start}", f"thanks/60/{person}"),
        f"own_link/{person}/0",
    ]
    downgrade(revision="0002")
    assert keys() == [*old, f"own_link/{person}/0"]
    upgrade()
    assert keys() == [
        *(f"reminder/1440/{person}/{start}", f"reminder/60/{person}/{start}", f"follow_up/60/{person}"),
        f"own_link/{person}/0",
    ]
    assert [plan_due(now=instant) for instant in instants] == [0, 0, 0]  # nothing is owed a second time


@pytest.mark.usefixtures("app")
def test_0003_keeps_both_messages_of_a_rule_that_ran_twice() -> None:
    """A newer EventHub has run on this database already, and planned the same message under its new key."""
    upgrade()
    person = make_registration(make_event()).id
    db.session.commit()
    downgrade(revision="0002")
    insert_rule(7, "thanks", 60)
    first = insert_message(f"thanks/7/{person}", rule_id=7)
    insert_message(f"thanks/60/{person}", rule_id=7)
    upgrade(revision="0003")
    assert keys() == [f"thanks/60/{person}/twin/{first}", f"thanks/60/{person}"]


def insert_rule(rule_id: int, kind: str, minutes: int) -> None:
    """A row of `message_rule`, in the columns of every revision, for the one event."""
    _execute(
        "INSERT INTO message_rule (id, event_id, kind, offset_minutes) SELECT :rule_id, id, :kind, :minutes FROM event",
        rule_id=rule_id,
        kind=kind,
        minutes=minutes,
    )


def insert_message(key: str, *, rule_id: int | None = None) -> int:
    """A sent row of `message`, in the columns of every revision, for the one registration. Returns its id."""
    _execute(
        "INSERT INTO message (key, kind, event_id, registration_id, rule_id, sequence, context, state, due_at,"
        " next_try_at, attempts, created_at, sent_at)"
        " SELECT :key, :kind, event_id, id, :rule_id, 0, '{}', 'sent', :now, :now, 1, :now, :now FROM registration",
        key=key,
        kind=key.partition("/")[0],
        rule_id=rule_id,
        now=NOW.replace(tzinfo=None) if db.engine.dialect.name == "sqlite" else NOW,
    )
    with db.engine.connect() as connection:
        return int(connection.scalar(text("SELECT max(id) FROM message")) or 0)


def _execute(statement: str, **values: object) -> None:
    with db.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount == 1


def keys() -> list[str]:
    """Return the keys of all messages, oldest first, over a connection that is released for the next migration."""
    with db.engine.connect() as connection:
        return list(connection.scalars(text("SELECT key FROM message ORDER BY id")))


@pytest.mark.usefixtures("app")
def test_history_becomes_the_audit_trail_and_back() -> None:
    """Every row keeps its id, time and place; who acted is told by what the history knew."""
    upgrade()
    event, user = make_event(), make_user()
    registration = make_registration(event)
    db.session.commit()
    of_person = {"event_id": event.id, "registration_id": registration.id}
    of_event = {"event_id": event.id, "registration_id": None}
    capacity = {"attendance": "online", "before": 10, "after": None}
    host = {"what": "added", "organisation": "SOSTE", "role": "supporter"}
    former = [
        {"id": 3, "kind": "created", **of_event, "user_id": user.id, "details": {}},
        {"id": 5, "kind": "edited", **of_event, "user_id": user.id, "details": {"fields": ["title"], "told": 2}},
        {"id": 6, "kind": "capacity_changed", **of_event, "user_id": user.id, "details": capacity},
        {"id": 7, "kind": "hosts_changed", **of_event, "user_id": user.id, "details": host},
        {"id": 8, "kind": "registered", **of_person, "user_id": None, "details": {"status": "confirmed"}},
        {"id": 9, "kind": "promoted", **of_person, "user_id": None, "details": {}},
        {"id": 10, "kind": "checked_in", **of_person, "user_id": user.id, "details": {}},
        {
            "id": 12,
            "kind": "exported",
            "event_id": None,
            "registration_id": None,
            "user_id": user.id,
            "details": {"what": "survey"},
        },
    ]
    downgrade(revision=BEFORE_AUDIT)
    columns = ("id", "kind", "event_id", "registration_id", "user_id")
    history = sql_table(
        "history_entry", *map(sql_column, columns), sql_column("details", JSON), sql_column("at", UtcDateTime)
    )
    db.session.execute(insert(history), [{**row, "at": NOW} for row in former])
    db.session.commit()

    upgrade()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [
        (entry.id, entry.actor_kind, entry.user_id, entry.actor_registration_id, entry.object) for entry in entries
    ] == [
        (3, "staff", user.id, None, f"event/{event.id}"),
        (5, "staff", user.id, None, f"event/{event.id}"),
        (6, "staff", user.id, None, f"event/{event.id}"),
        (7, "staff", user.id, None, f"event/{event.id}"),
        (8, "participant", None, registration.id, f"registration/{registration.id}"),
        (9, "system", None, None, f"registration/{registration.id}"),
        (10, "staff", user.id, None, f"registration/{registration.id}"),
        (12, "staff", user.id, None, None),
    ]
    assert [(entry.action, entry.event_id, entry.registration_id, entry.at) for entry in entries] == [
        (row["kind"], row["event_id"], row["registration_id"], NOW) for row in former
    ]
    assert [(entry.before, entry.after) for entry in entries if entry.after] == [({"capacity": 10}, {"capacity": None})]
    assert [entry.details for entry in entries if "host" in entry.details] == [
        {"what": "added", "host": "SOSTE", "role": "supporter"}
    ]
    record(AuditAction.EDITED, actor=SYSTEM, now=NOW, event=db.session.get_one(Event, event.id), changes=NEW_TITLE)
    assert db.session.scalar(select(func.max(AuditEntry.id))) == 13  # the ids go on behind those that were given
    db.session.commit()
    db.session.remove()

    downgrade(revision=BEFORE_AUDIT)
    found = [dict(row) for row in db.session.execute(select(history).order_by(history.c.id)).mappings()]
    db.session.rollback()
    edited = {"id": 13, "kind": "edited", **of_event, "user_id": None, "details": {"fields": ["title"]}}
    assert found == [{**row, "at": NOW} for row in [*former, edited]]


@pytest.mark.usefixtures("app")
def test_0017_keeps_the_text_of_letters_and_seals_those_that_wait(app: Flask) -> None:
    upgrade()
    row = make_registration(make_event())
    for kind in (MessageKind.CONFIRMATION, MessageKind.REMINDER):
        put(kind, row, now=NOW)
    put(MessageKind.SIGN_IN, user=make_user(), key="sign_in/1", now=NOW)
    db.session.commit()
    db.session.remove()
    downgrade(revision="0016")
    letter = f"Content-Type: text/plain; charset=utf-8\r\n\r\nÅsa: http://localhost{MAILED_LINKS[1]}\r\n".encode()
    _execute("UPDATE message SET state = 'sent', body = :letter WHERE kind = 'confirmation'", letter=letter)
    _execute("UPDATE message SET body = :letter WHERE kind = 'reminder'", letter=letter)
    _execute("""UPDATE message SET state = 'planned', context = '{"token": "raw"}' WHERE kind = 'sign_in'""")
    upgrade()
    found = {message.kind: message for message in db.session.scalars(select(Message))}
    sent, waiting, link = (found[MessageKind(kind)] for kind in ("confirmation", "reminder", "sign_in"))
    assert (sent.body, (sent.text or "").strip()) == (None, "Åsa: http://localhost/fi/r/…")
    assert (waiting.body != letter, frozen_body(waiting), waiting.text) == (True, letter, sent.text)
    assert (link.state, link.context, link.body) == (MessageState.MISSED, {}, None)
    db.session.remove()
    downgrade(revision="0016")
    with db.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM message WHERE body IS NOT NULL")).scalars().all()
    assert [bytes(body) for body in bodies] == [letter]

"""Commands print what they did, or why they did nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventhub.clock import utcnow
from eventhub.domain.enums import MemberRole, MessageState
from eventhub.domain.errors import Refusal
from eventhub.domain.languages import TranslatedText
from eventhub.models import Event, Message, Organisation, Places, Registration, User
from eventhub.services import registrations
from eventhub.services.accounts import use_sign_in_link
from eventhub.services.sessions import start_session, user_of_session
from eventhub.settings import Settings
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user, themselves
from tests.support.rows import count_rows


def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output


def test_reference_is_loaded_once(app: Flask) -> None:
    assert run(app, "reference", "load") == (0, "New: 25 regions, 8 organisations.\n")
    assert run(app, "reference", "load") == (0, "New: 0 regions, 0 organisations.\n")


def test_organisation_add_lets_it_host(app: Flask, db_session: Session) -> None:
    words = [
        "organisation",
        "add",
        "uusi-liitto",
        "--short",
        "Uusi",
        "--short-sv",
        "Nya",
        "--fi",
        "Uusi liitto ry",
        "--sv",
        "Nya förbundet rf",
    ]
    assert run(app, *words) == (0, "Uusi can host events.\n")
    organisation = db_session.scalars(select(Organisation)).one()
    assert organisation.slug == "uusi-liitto"
    assert organisation.short_name == TranslatedText(fi="Uusi", sv="Nya", en="Uusi")
    assert organisation.name == TranslatedText(fi="Uusi liitto ry", sv="Nya förbundet rf")
    assert run(app, *words) == (1, "Error: There is a uusi-liitto already.\n")
    code, text = run(app, "organisation", "add", "Uusi liitto", "--short", "U", "--fi", "U")
    assert (code, "hyphens only" in text) == (2, True)


def test_user_add_lets_a_member_of_staff_sign_in(app: Flask, db_session: Session) -> None:
    make_organisation("soste")
    make_organisation("spek")
    db_session.commit()
    words = ["user", "add", "Someone@Host.example", "--name", "Someone", "--organisation", "soste"]
    assert run(app, *words, "--organisation", "spek:reader") == (0, "Someone@Host.example can sign in.\n")
    user = db_session.scalars(select(User)).one()
    assert user.email == "someone@host.example"
    assert {part.organisation.slug: part.role for part in user.memberships} == {
        "soste": MemberRole.ORGANISER,
        "spek": MemberRole.READER,
    }
    assert run(app, *words) == (1, "Error: Someone@Host.example can sign in already.\n")


def test_user_add_with_an_unknown_organisation_lists_the_known(app: Flask, db_session: Session) -> None:
    make_organisation("soste")
    db_session.commit()
    code, text = run(app, "user", "add", "a@host.example", "--name", "A", "--organisation", "nobody")
    assert (code, text) == (1, "Error: No such organisation among nobody. There are: soste.\n")
    code, text = run(app, "user", "add", "a@host.example", "--name", "A", "--organisation", "soste:king")
    assert (code, "king is not a role" in text) == (2, True)
    code, text = run(app, "user", "add", "åsa@host.example", "--name", "Åsa", "--organisation", "soste")
    assert (code, "åsa@host.example cannot receive email" in text) == (2, True)


def test_crowd_fills_the_places_and_then_the_waiting_list(app: Flask, db_session: Session) -> None:
    event = make_event("full-house", capacity=30)
    db_session.commit()
    code, text = run(app, "demo", "crowd", "--event", "full-house", "--registrations", "50")
    assert (code, text.splitlines()[-1]) == (0, "30 have a place, 20 wait for one.")
    db_session.expire_all()
    assert count_rows(Registration, Registration.event_id == event.id) == 50
    assert db_session.scalars(select(Places.taken).where(Places.event_id == event.id)).one() == 30
    assert count_rows(Message) == 0


def test_crowd_for_an_event_without_form_is_refused(app: Flask, db_session: Session) -> None:
    make_event("elsewhere", external_url=TranslatedText(fi="https://elsewhere.example/"))
    db_session.commit()
    code, text = run(app, "demo", "crowd", "--event", "nowhere", "--registrations", "1")
    assert (code, text.startswith("Error: There is no event nowhere.")) == (1, True)
    code, text = run(app, "demo", "crowd", "--event", "elsewhere", "--registrations", "1")
    assert (code, "arranged by others" in text) == (1, True)


def test_demo_loads_once(app: Flask, db_session: Session) -> None:
    code, text = run(app, "demo", "load")
    assert code == 0
    assert text.startswith("New: ")
    events = count_rows(Event)
    assert run(app, "demo", "load") == (
        0,
        "New: 0 events, 0 registrations, 0 survey responses, 0 people who sign in.\n",
    )
    assert count_rows(Event) == events


def test_demo_is_not_loaded_at_a_public_address(app: Flask, settings: Settings, db_session: Session) -> None:
    app.extensions["eventhub.settings"] = replace(settings, public_url="https://events.example.net")
    code, text = run(app, "demo", "load")
    assert (code, text) == (1, "Error: EVENTHUB_PUBLIC_URL is a public address: no samples are loaded there.\n")
    assert count_rows(Event) == 0


def test_demo_is_removed(app: Flask, db_session: Session) -> None:
    run(app, "demo", "load")
    events, users = count_rows(Event), count_rows(User)
    assert run(app, "demo", "remove") == (0, f"Removed: {events} events, {users} people who sign in.\n")
    run(app, "demo", "load")
    make_registration(db_session.scalars(select(Event).where(Event.slug == "regional-safety")).one())
    db_session.commit()
    assert run(app, "demo", "remove")[1].endswith("Kept, since real people have registered: regional-safety.\n")


def test_outbox_status_counts_messages_and_names_the_overdue(app: Flask, db_session: Session) -> None:
    row = make_registration(make_event())
    registrations.send_own_link(row, actor=themselves(row), now=NOW)
    code, text = run(app, "outbox", "status")
    lines = dict(line.split() for line in text.splitlines()[:-1])
    assert code == 0
    assert (lines["planned"], lines["sent"], lines["overdue"]) == ("1", "0", "1")
    assert text.splitlines()[-1].startswith("The oldest should have gone ")
    assert set(lines) == {*MessageState, "overdue"}


def test_privacy_sweep_counts_what_it_erased(app: Flask, db_session: Session) -> None:
    row = make_registration(make_event())
    registrations.request_erasure(row, now=NOW)
    db_session.execute(delete(Message))
    db_session.commit()
    assert run(app, "privacy", "sweep") == (
        0,
        "1 people erased on request, 0 anonymised, 0 sensitive answers deleted.\n",
    )


def test_user_is_let_out_and_in_again(app: Flask, db_session: Session) -> None:
    soste = make_organisation("soste")
    first = make_user(soste, email="first@host.internal", is_administrator=True)
    second = make_user(email="second@host.internal")
    db_session.commit()
    assert run(app, "user", "role", "second@host.internal", "soste:reader") == (
        0,
        "second@host.internal is reader of soste.\n",
    )
    assert run(app, "user", "list") == (
        0,
        "first@host.internal  active  soste:organiser:administrator\nsecond@host.internal  active  soste:reader\n",
    )
    last = "Error: This is the organisation's last administrator. First make another one with `user role`.\n"
    for words in (("deactivate",), ("leave", "soste"), ("role", "soste")):
        assert run(app, "user", words[0], "first@host.internal", *words[1:]) == (1, last)
    assert run(app, "user", "role", "second@host.internal", "soste:administrator")[0] == 0
    key = start_session(first, now=utcnow())
    assert run(app, "user", "sign-out", "first@host.internal") == (0, "first@host.internal is signed out everywhere.\n")
    assert user_of_session(key, now=utcnow()) is None
    assert run(app, "user", "deactivate", "first@host.internal")[0] == 0
    db_session.expire_all()
    assert (first.active, second.active) == (False, True)
    assert run(app, "user", "activate", "first@host.internal") == (0, "first@host.internal can sign in.\n")
    assert run(app, "user", "leave", "first@host.internal", "soste")[0] == 0
    assert run(app, "user", "list")[1].splitlines()[0] == "first@host.internal  active"
    assert run(app, "user", "deactivate", "nobody@host.internal")[0] == 1
    assert run(app, "user", "role", "first@host.internal", "nowhere")[0] == 1


def test_user_link_signs_in_once(app: Flask, db_session: Session) -> None:
    user = make_user()
    db_session.commit()
    code, text = run(app, "user", "link", user.email)
    assert (code, text.startswith("http://localhost/en/account/link/")) == (0, True)
    token = text.strip().rpartition("/")[2]
    assert use_sign_in_link(token, now=utcnow()).id == user.id
    with pytest.raises(Refusal):
        use_sign_in_link(token, now=utcnow())
    assert run(app, "user", "link", "nobody@host.example")[0] == 1

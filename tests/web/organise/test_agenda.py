"""The Agenda tab: put together, moved without a script, and told to participants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from eventhub.db import db
from eventhub.domain import dates
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AgendaKind, HostRole, MessageKind
from eventhub.models import AgendaItem, Event, Message, Organisation, Speaker, Survey, Track, User
from eventhub.queries import agenda
from eventhub.services.agenda import mark_as_announced
from tests.conftest import Clock, Statements
from tests.support.factories import (
    NOW,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    picture_file,
    texts,
)
from tests.support.pages import page_of, read_page
from tests.web.conftest import form_version_at

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def client(db_session: Session, sign_in: SignIn, clock: Clock) -> FlaskClient:
    clock.set(NOW)
    lead = make_organisation("lead")
    make_event("forum", lead=lead, hosts={make_organisation("helper"): HostRole.CO_ORGANISER})
    return sign_in(make_user(lead))


@pytest.fixture
def event(client: FlaskClient) -> Event:
    return db.session.scalars(select(Event)).one()


def add(event: Event, word: str, start: int, minutes: int, **values: object) -> AgendaItem:
    starts_at = event.starts_at + timedelta(minutes=start)
    item = AgendaItem(
        event_id=event.id,
        kind=AgendaKind.TALK,
        title=texts(word),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        position=0,
        **values,
    )
    db.session.add(item)
    db.session.flush()
    return item


def filled(**values: object) -> dict[str, object]:
    """The session form as a browser sends it; the event is on 9 March, 11.00 to 13.00 in Helsinki."""
    return {
        "title-fi": "Avaus",
        "title-sv": "Öppning",
        "title-en": "Opening",
        "kind": "talk",
        "day": "2026-03-09",
        "starts": "11:00",
        "ends": "11:15",
        "track": "",
        "room": "",
        "survey": "",
    } | values


URL = "/en/organise/events/forum/agenda"


def times(event: Event) -> list[tuple[str, int, int]]:
    items = db.session.scalars(select(AgendaItem).order_by(AgendaItem.starts_at, AgendaItem.id))
    begin = event.starts_at
    return [
        (item.title["en"], (item.starts_at - begin).seconds // 60, (item.ends_at - begin).seconds // 60)
        for item in items
    ]


def test_empty_agenda_names_the_next_step(client: FlaskClient) -> None:
    page = read_page(client, URL)
    assert "No sessions yet" in page.lines
    assert ("Add the first session", f"{URL}/new") in page.links


def test_a_session_is_added_and_changed(client: FlaskClient, event: Event) -> None:
    speaker = Speaker(event_id=event.id, name=texts("Expert"))
    db.session.add(speaker)
    db.session.flush()
    answer = client.post(f"{URL}/new", data=filled(speakers=[str(speaker.id)]))
    item = db.session.scalars(select(AgendaItem)).one()
    assert (answer.status_code, answer.location) == (303, f"{URL}#session-{item.id}")
    assert times(event) == [("Opening", 0, 15)]
    assert [one.id for one in item.speakers] == [speaker.id]
    assert read_page(client, f"{URL}/{item.id}").value("starts") == "11:00"
    assert (
        client.post(
            f"{URL}/{item.id}",
            data=filled(starts="11.05", ends="12:00", form_version=form_version_at(client, f"{URL}/{item.id}")),
        ).status_code
        == 303
    )
    assert times(event) == [("Opening", 5, 60)]
    assert db.session.get_one(AgendaItem, item.id).speakers == []


def test_invalid_session_has_its_error_at_the_field_and_is_kept(client: FlaskClient) -> None:
    answer = client.post(f"{URL}/new", data=filled(**{"ends": "10:00", "title-en": "Kept words"}))
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.summary == list(page.errors.values()) == ["The session must end after it starts."]
    assert page.value("title-en") == "Kept words"
    answer = client.post(
        f"{URL}/new", data=filled(**{"title-fi": "", "title-sv": "", "title-en": " ", "day": "2020-01-01"})
    )
    assert answer.status_code == 422
    assert page_of(answer).errors == {
        "title-fi": "Enter a title in at least one language.",
        "day": "Not a valid choice.",
    }
    assert db.session.scalars(select(AgendaItem)).all() == []


@pytest.fixture
def night(event: Event) -> Event:
    """The event lasts from 9 March, 11.00 in Helsinki, until 2.00 of the second night."""
    event.ends_at = event.starts_at + timedelta(hours=39)
    return event


def test_a_session_runs_past_midnight_while_the_event_lasts(client: FlaskClient, night: Event) -> None:
    assert client.post(f"{URL}/new", data=filled(starts="23:00", ends="01:00")).status_code == 303
    item = db.session.scalars(select(AgendaItem)).one()
    assert (item.starts_at - night.starts_at, item.ends_at - item.starts_at) == (
        timedelta(hours=12),
        timedelta(hours=2),
    )


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        ("2026-03-10", "23:00", "02:01"),  # the event is over
        ("2026-03-09", "13:00", "12:30"),  # a slip: nearly a day
        ("2026-03-09", "13:00", "13:00"),
    ],
)
def test_session_ending_before_it_starts_is_refused(
    client: FlaskClient, night: Event, day: str, starts: str, ends: str
) -> None:
    answer = client.post(f"{URL}/new", data=filled(day=day, starts=starts, ends=ends))
    page = page_of(answer)
    assert (answer.status_code, page.errors) == (422, {"ends": "The session must end after it starts."})
    assert page.summary == ["The session must end after it starts."]


@pytest.mark.parametrize("minus", ["-10", "\N{MINUS SIGN}10", " \N{MINUS SIGN}10 "])
def test_a_session_moves_earlier_by_either_minus(client: FlaskClient, event: Event, minus: str) -> None:
    item = add(event, "Opening", 60, 30)
    before = item.starts_at
    assert client.post(f"{URL}/{item.id}/shift", data={"minutes": minus}).status_code == 303
    assert before - item.starts_at == timedelta(minutes=10)


def test_agenda_without_recipients_offers_no_email(client: FlaskClient, event: Event) -> None:
    event.agenda_told = []
    add(event, "Opening", 0, 30)
    nobody = "No one has a place yet, so there is no one to email."
    page = read_page(client, URL)
    assert (nobody in page.lines, f"{URL}/tell" in page.targets) == (True, False)
    make_registration(event)
    page = read_page(client, URL)
    assert (nobody in page.lines, f"{URL}/tell" in page.targets) == (False, True)


def test_a_session_that_was_moved_past_midnight_can_be_edited(client: FlaskClient, event: Event) -> None:
    item = add(event, "Late", 12 * 60, 30)
    client.post(f"{URL}/{item.id}/shift", data={"minutes": "45"})
    times = item.starts_at, item.ends_at
    seen = form_version_at(client, f"{URL}/{item.id}")
    answer = client.post(f"{URL}/{item.id}", data=filled(starts="23:45", ends="00:15", form_version=seen))
    assert (answer.status_code, item.title["en"], (item.starts_at, item.ends_at)) == (303, "Opening", times)


@pytest.mark.parametrize(("starts", "ends"), [("03:30", "04:30"), ("02:30", "03:30")])
def test_a_time_that_the_clocks_skip_is_refused_by_its_field(
    client: FlaskClient, event: Event, starts: str, ends: str
) -> None:
    event.starts_at = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    event.ends_at = event.starts_at + timedelta(hours=12)
    answer = client.post(f"{URL}/new", data=filled(day="2026-03-29", starts=starts, ends=ends))
    page = page_of(answer)
    assert (answer.status_code, page.summary) == (422, list(page.errors.values()))
    assert [sentence.partition(",")[0] for sentence in page.summary] == ["The clocks go forward that night"]
    assert "03:30" in (page.value("starts"), page.value("ends"))


@pytest.mark.parametrize(("start", "minutes"), [(210, 15), (270, 15), (225, 30)])
def test_repeated_hour_keeps_its_offset(client: FlaskClient, event: Event, start: int, minutes: int) -> None:
    """From 3.30 in summer time, in winter time, and from 3.45 in the one to 3.15 in the other."""
    event.starts_at = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
    event.ends_at = event.starts_at + timedelta(hours=12)
    item = add(event, "Night", start, minutes)
    times = item.starts_at, item.ends_at
    wall = [dates.clock(one, "en", event.timezone) for one in times]
    seen = form_version_at(client, f"{URL}/{item.id}")
    answer = client.post(
        f"{URL}/{item.id}", data=filled(day="2026-10-25", starts=wall[0], ends=wall[1], form_version=seen)
    )
    assert (answer.status_code, (item.starts_at, item.ends_at)) == (303, times)


def test_edit_conflict_keeps_what_was_entered(client: FlaskClient, event: Event) -> None:
    item = add(event, "First", 0, 30)
    track = Track(event_id=event.id, name=texts("Track"), position=0)
    speaker = Speaker(event_id=event.id, name=texts("Expert"))
    db.session.add_all([track, speaker])
    db.session.flush()
    for address, form in (
        (f"{URL}/{item.id}", {**filled(), "title-en": "Mine"}),
        (f"{URL}/tracks/{track.id}", {"name-en": "Mine"}),
        (f"{URL}/speakers/{speaker.id}", {"name-en": "Mine"}),
    ):
        seen = {"form_version": form_version_at(client, address)}
        theirs = {name: "Theirs" if value == "Mine" else value for name, value in form.items()}
        assert client.post(address, data=theirs | seen).status_code == 303
        late = client.post(address, data=form | seen)
        assert late.status_code == 409
        assert "Another person has changed the same fields since you opened this page." in page_of(late).text
        changed = next(name for name, value in form.items() if value == "Mine")
        assert page_of(late).value(changed) == "Mine"
        assert read_page(client, address).value(changed) == "Theirs"
        again = page_of(late).value("form_version")
        assert client.post(address, data=form | {"form_version": again}).status_code == 303


def test_midnight_ends_the_day(client: FlaskClient, event: Event) -> None:
    client.post(f"{URL}/new", data=filled(starts="23:00", ends="00:00"))
    item = db.session.scalars(select(AgendaItem)).one()
    assert item.ends_at - item.starts_at == timedelta(hours=1)


def test_session_moves_by_buttons(client: FlaskClient, event: Event) -> None:
    add(event, "First", 0, 30)
    second = add(event, "Second", 30, 10)
    assert client.post(f"{URL}/{second.id}/move", data={"direction": "up"}).location == f"{URL}#up-{second.id}"
    assert times(event) == [("Second (en)", 0, 10), ("First (en)", 10, 40)]
    client.post(f"{URL}/{second.id}/move", data={"direction": "down"})
    assert times(event) == [("First (en)", 0, 30), ("Second (en)", 30, 40)]
    client.post(f"{URL}/{second.id}/shift", data={"minutes": "5"})
    assert times(event) == [("First (en)", 0, 30), ("Second (en)", 35, 45)]
    assert "5 minutes without a session before this" in read_page(client, URL).lines
    first = times(event)[0]
    client.post(f"{URL}/{second.id}/shift", data={"minutes": "-5", "rest": "1"})
    assert times(event) == [first, ("Second (en)", 30, 40)]
    assert client.post(f"{URL}/{second.id}/shift", data={"minutes": "many"}).status_code == 422


def test_session_dropped_elsewhere_is_arranged(client: FlaskClient, event: Event) -> None:
    first, second = add(event, "First", 0, 30), add(event, "Second", 30, 10)
    assert client.post(f"{URL}/order", data={"order": [str(second.id), str(first.id)]}).status_code == 303
    assert times(event) == [("Second (en)", 0, 10), ("First (en)", 10, 40)]
    assert client.post(f"{URL}/order", data={"order": [str(second.id)]}).status_code == 404
    assert client.post(f"{URL}/order", data={"order": ["x"]}).status_code == 404


def test_overlaps_are_shown(client: FlaskClient, event: Event) -> None:
    add(event, "First", 0, 30)
    add(event, "Second", 20, 20)
    page = read_page(client, URL)
    assert [line for line in page.lines if "overlap in the same track" in line] == [
        "Mon 9 March 2026, 11:20–11:30: they overlap in the same track."
    ]
    assert page.texts("main .tag").count("Overlaps") == 2


def test_removing_a_session_asks_first(client: FlaskClient, event: Event) -> None:
    item = add(event, "First", 0, 30)
    assert read_page(client, f"{URL}/{item.id}/remove").heading == "Remove this session?"
    assert client.post(f"{URL}/{item.id}/remove").location == URL
    assert times(event) == []


def unannounced(client: FlaskClient) -> list[str]:
    """Return the headings of the agenda that count what participants have not been told."""
    return [text for text in read_page(client, URL).texts("main h2, main h3") if "do not know about yet" in text]


def test_unannounced_changes_are_sent_to_participants(client: FlaskClient, event: Event) -> None:
    item = add(event, "First", 0, 30)
    mark_as_announced(event)
    make_registration(event)
    make_registration(event)
    assert unannounced(client) == []
    client.post(f"{URL}/{item.id}/shift", data={"minutes": "5"})
    assert unannounced(client) == ["1 change to the programme that participants do not know about yet"]
    assert ("Email 2 people …", f"{URL}/tell") in read_page(client, URL).links
    assert read_page(client, f"{URL}/tell").buttons == ["Email 2 people"]
    seen = {"form_version": form_version_at(client, f"{URL}/tell")}
    add(event, "Later", 60, 30)
    late = client.post(f"{URL}/tell", data=seen)
    page = page_of(late)
    assert late.status_code == 409
    assert (
        "The programme has changed since you opened this page. Check what participants would be sent now." in page.lines
    )
    assert [line for line in page.lines if "Later (en)" in line] == ["New: Later (en), Mon 9 March 2026, 12:00–12:30"]
    assert db.session.scalars(select(Message)).all() == []
    assert client.post(f"{URL}/tell", data={"form_version": form_version_at(client, f"{URL}/tell")}).location == URL
    found = db.session.scalars(select(Message)).all()
    assert [message.kind for message in found] == [MessageKind.AGENDA_CHANGED] * 2
    assert unannounced(client) == []
    assert client.get(f"{URL}/tell").location == URL
    client.post(f"{URL}/tell")
    assert len(db.session.scalars(select(Message)).all()) == 2


def test_unannounced_changes_can_be_kept_unannounced(client: FlaskClient, event: Event) -> None:
    event.agenda_told = []
    add(event, "First", 0, 30)
    seen = {"form_version": version_of(agenda.programme_page(event, now=NOW).unannounced_changes)}
    assert read_page(client, URL).value("form_version") == seen["form_version"]
    add(event, "Second", 30, 30)
    client.post(f"{URL}/keep", data=seen)
    page = read_page(client, URL)
    assert page.flashes == [
        "The programme has changed since you opened this page. Check what is now new to participants."
    ]
    assert unannounced(client) == ["2 changes to the programme that participants do not know about yet"]
    client.post(
        f"{URL}/keep", data={"form_version": version_of(agenda.programme_page(event, now=NOW).unannounced_changes)}
    )
    assert unannounced(client) == []
    assert db.session.scalars(select(Message)).all() == []


def test_co_organiser_edits_the_agenda_and_cannot_notify(client: FlaskClient, event: Event, sign_in: SignIn) -> None:
    event.agenda_told = []
    add(event, "First", 0, 30)
    helper = sign_in(make_user(event.hosts[1].organisation))
    page = read_page(helper, URL)
    assert "The lead organiser decides when participants are notified." in page.lines
    assert ("Add a session", f"{URL}/new") in page.links
    assert f"{URL}/tell" not in page.targets
    assert helper.post(f"{URL}/tell").status_code == 403


def test_speakers_picture_is_replaced_and_removed(client: FlaskClient, event: Event) -> None:
    def post(address: str, **data: object) -> TestResponse:
        return client.post(address, data={"name-fi": "Asiantuntija"} | data)

    assert post(f"{URL}/speakers/new", picture=(BytesIO(picture_file()), "me.png")).status_code == 303
    speaker = db.session.scalars(select(Speaker)).one()
    add(event, "One", 0, 30, speakers=[speaker])
    own, first = f"{URL}/speakers/{speaker.id}", speaker.picture_digest
    assert first is not None
    for address in (own, f"{URL}/parts", "/en/events/forum"):
        assert f"/pictures/{first}.webp" in read_page(client, address).attributes("main img", "src")

    post(own, picture=(BytesIO(picture_file(colour="red")), "me.png"), form_version=form_version_at(client, own))
    db.session.refresh(speaker)
    assert speaker.picture_digest not in (first, None)
    assert client.get(f"/pictures/{first}.webp").status_code == 404

    post(own, remove_picture="y", form_version=form_version_at(client, own))
    db.session.refresh(speaker)
    assert speaker.picture_digest is None
    assert read_page(client, "/en/events/forum").attributes("main img", "src") == []


def test_bad_picture_of_a_speaker_loses_nothing_that_was_typed(client: FlaskClient, event: Event) -> None:
    answer = client.post(f"{URL}/speakers/new", data={"name-fi": "Ulla", "picture": (BytesIO(b"<svg/>"), "me.svg")})
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.errors == {"picture": "We cannot read this file as a picture. Select a PNG, JPEG or WebP file."}
    assert page.value("name-fi") == "Ulla"
    assert db.session.scalars(select(Speaker)).all() == []


def test_good_picture_in_a_bad_form_is_asked_for_again(client: FlaskClient, event: Event) -> None:
    answer = client.post(f"{URL}/speakers/new", data={"picture": (BytesIO(picture_file()), "me.png")})
    assert answer.status_code == 422
    assert "Select the picture again. It has not been saved yet." in page_of(answer).text
    client.post(f"{URL}/speakers/new", data={"name-fi": "Ulla"})
    own = f"{URL}/speakers/{db.session.scalars(select(Speaker.id)).one()}"
    data = {"name-fi": "Mine", "form_version": "older", "picture": (BytesIO(picture_file()), "me.png")}
    answer = client.post(own, data=data)
    assert answer.status_code == 409
    assert "Select the picture again. It has not been saved yet." in page_of(answer).text


def test_tracks_rooms_and_speakers(client: FlaskClient, event: Event) -> None:
    assert client.post(f"{URL}/tracks", data={"tracks-name-en": "Track A"}).location == f"{URL}/parts#tracks"
    assert client.post(f"{URL}/tracks", data={"tracks-name-en": ""}).status_code == 422
    track = db.session.scalars(select(Track)).one()
    assert (
        client.post(
            f"{URL}/tracks/{track.id}",
            data={"name-en": "Track B", "form_version": form_version_at(client, f"{URL}/tracks/{track.id}")},
        ).status_code
        == 303
    )
    assert "Track B" in read_page(client, f"{URL}/parts").text
    assert client.post(f"{URL}/rooms", data={"rooms-name-fi": "Sali"}).location == f"{URL}/parts#rooms"
    made = client.post(f"{URL}/speakers/new", data={"name-fi": "Asiantuntija", "organisation-fi": "Yhdistys"})
    assert made.location == f"{URL}/parts#speakers"
    speaker = db.session.scalars(select(Speaker)).one()
    assert read_page(client, f"{URL}/speakers/{speaker.id}").value("name-fi") == "Asiantuntija"
    page = read_page(client, f"{URL}/new")
    assert "Asiantuntija, Yhdistys" in page.text
    assert client.post(f"{URL}/speakers/{speaker.id}/remove").status_code == 303
    assert client.post(f"{URL}/tracks/{track.id}/remove").status_code == 303
    assert db.session.scalars(select(Track)).all() == []


def test_another_events_rows_are_not_found(client: FlaskClient) -> None:
    other = make_event("other")
    item = add(other, "First", 0, 30)
    for address in (f"{URL}/{item.id}", f"{URL}/{item.id}/remove", f"{URL}/speakers/99", f"{URL}/rooms/99"):
        assert client.get(address).status_code == 404
    assert client.post(f"{URL}/{item.id}/move", data={"direction": "up"}).status_code == 404


def test_agenda_takes_as_many_statements_for_three_as_for_one(
    client: FlaskClient, event: Event, statements: Statements
) -> None:
    tracks = [Track(event_id=event.id, name=texts("T"), position=number) for number in range(2)]
    speakers = [Speaker(event_id=event.id, name=texts("S")) for _ in range(3)]
    db.session.add_all([*tracks, *speakers])
    add(event, "One", 0, 30, speakers=speakers[:1])
    client.get(URL)
    with statements() as one:
        client.get(URL)
    add(event, "Two", 30, 30, track=tracks[0], speakers=speakers[1:])
    add(event, "Three", 30, 30, track=tracks[1])
    with statements() as three:
        client.get(URL)
    assert len(one) == len(three)


def test_a_report_that_another_host_chose_stays_chosen_without_its_title(client: FlaskClient, event: Event) -> None:
    helper = db.session.scalars(select(Organisation).where(Organisation.slug == "helper")).one()
    survey = Survey(slug="theirs", language="fi", title=texts("Secret plan"), created_at=NOW, organisation_id=helper.id)
    db.session.add(survey)
    db.session.flush()
    item = add(event, "Opening", 0, 15, survey_id=survey.id)
    page = read_page(client, f"{URL}/{item.id}")
    assert ("Secret plan" in page.html, "A report chosen by another host" in page.lines) == (False, True)
    sent = filled(survey=str(survey.id), form_version=page.value("form_version"))
    assert client.post(f"{URL}/{item.id}", data=sent).status_code == 303
    db.session.refresh(item)
    assert item.survey_id == survey.id
    assert client.post(f"{URL}/new", data=filled(survey=str(survey.id))).status_code == 422

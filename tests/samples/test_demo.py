"""The sample data: what sector facts it shows, in which languages, and that loading it twice changes nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import pytest
from holidays import country_holidays
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.app import create_app
from eventhub.db import db
from eventhub.domain.dates import share
from eventhub.domain.enums import Attendance, EventStatus, HostRole, MessageState, QuestionKind, RegistrationStatus
from eventhub.domain.languages import LANGUAGES, TranslatedText
from eventhub.models import (
    Answer,
    Event,
    InvitationLink,
    Message,
    Organisation,
    Question,
    Region,
    Registration,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
    User,
)
from eventhub.samples import DATA
from eventhub.samples.demo import DemoLoaded, load_demo
from eventhub.samples.facts import ZONE, sample_events, starts_on
from eventhub.samples.staff import SAMPLE_ORGANISER
from eventhub.services.surveys.invitations import people_without_survey
from tests.conftest import NOW, DatabaseMaker, make_settings

WORKING_DAYS = country_holidays("FI")
#: Written in fewer languages on purpose.
INCOMPLETE = {"funding-update": {"fi"}, "partnership-day": {"fi", "sv"}}


@pytest.fixture(scope="module")
def sample(
    make_database: DatabaseMaker, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """The sample data, loaded once for all the tests that only look at it."""
    app = create_app(make_settings(tmp_path_factory.mktemp("sample"), database_url=make_database(database_kind)))
    with app.app_context():
        load_demo(now=NOW)
        yield db.session
        db.session.remove()
        db.engine.dispose()


def event_of(session: Session, slug: str) -> Event:
    return session.scalars(select(Event).where(Event.slug == slug)).one()


def test_a_second_run_adds_nothing(db_session: Session, now: datetime) -> None:
    loaded = load_demo(now=now)
    assert loaded.events == 34
    assert loaded.responses == 607
    assert loaded.users == 8
    assert load_demo(now=now + timedelta(days=40)) == DemoLoaded(events=0, registrations=0, responses=0, users=0)


def test_a_second_run_keeps_what_a_person_has_changed(db_session: Session, now: datetime) -> None:
    load_demo(now=now)
    event = event_of(db_session, "regional-safety")
    event.title = TranslatedText(fi="Uusi nimi")
    event.agenda.clear()
    user = db_session.scalars(select(User).where(User.email == SAMPLE_ORGANISER)).one()
    user.name = "Another person has changed this since you opened the page"
    db_session.commit()
    load_demo(now=now)
    db_session.expire_all()
    assert (event.title, event.agenda, user.name) == (
        TranslatedText(fi="Uusi nimi"),
        [],
        "Another person has changed this since you opened the page",
    )


def test_everything_is_marked_as_sample(sample: Session) -> None:
    assert sample.scalar(select(func.count()).where(Event.is_sample.is_(False))) == 0
    assert sample.scalar(select(func.count()).where(Survey.is_sample.is_(False))) == 0


def test_loading_samples_plans_no_messages(sample: Session) -> None:
    assert set(sample.scalars(select(Message.state))) == {MessageState.SENT}  # no message is due


def test_regional_discussions_were_held_in_twenty_of_twenty_one_counties(sample: Session, now: datetime) -> None:
    counties = set(sample.scalars(select(Region.code).where(Region.kind == "county")))
    discussions = sample.scalars(select(Event).where(Event.slug.like("regional-discussion-%"))).all()
    held = {region.code for event in discussions if event.ends_at < now for region in event.regions}
    coming = [event for event in discussions if event.ends_at > now]
    assert len(held) == 20
    assert {sample.get_one(Region, code).name["en"] for code in counties - held} == {
        "Wellbeing services county of Ostrobothnia"
    }
    assert [event.slug for event in coming] == ["regional-discussion-17"]
    with (DATA / "regional-discussions.toml").open("rb") as file:
        assert tomllib.load(file)["missing"] == "17"


def test_influence_bodies_answered_431_and_405_are_active_in_an_association(sample: Session) -> None:
    survey = sample.scalars(select(Survey).where(Survey.slug == "influence-bodies")).one()
    responses = sample.scalar(select(func.count()).where(SurveyResponse.survey_id == survey.id))
    yes, _ = survey.questions[0].choices
    values = list(sample.scalars(select(SurveyAnswer.value).where(SurveyAnswer.question_id == survey.questions[0].id)))
    assert survey.event_id is None and survey.report_public
    assert (responses, len(values), values.count(yes[0])) == (431, 431, 405)
    assert share(values.count(yes[0]), len(values)) == 94


def test_the_theme_groups_session_leads_to_the_surveys_report(sample: Session) -> None:
    event = event_of(sample, "democracy-webinar-2023")
    survey = sample.scalars(select(Survey).where(Survey.slug == "influence-bodies")).one()
    assert event.series is not None and event.series.slug == "democracy-theme-group"
    assert [item.survey_id for item in event.agenda if item.survey_id] == [survey.id]


def test_forum_links_of_hosts_add_up_to_its_registrations(sample: Session) -> None:
    event = event_of(sample, "employment-forum-2023")
    by_link = dict(
        sample.execute(
            select(Organisation.slug, func.count())
            .select_from(Registration)
            .join(InvitationLink, InvitationLink.id == Registration.invitation_link_id)
            .join(Organisation, Organisation.id == InvitationLink.organisation_id)
            .where(Registration.event_id == event.id)
            .group_by(Organisation.slug)
        ).all()
    )
    assert [(host.organisation.slug, host.role) for host in event.hosts] == [
        ("soste", HostRole.LEAD),
        ("kuntaliitto", HostRole.CO_ORGANISER),
        ("hyvil", HostRole.CO_ORGANISER),
    ]
    assert set(by_link) == {"soste", "kuntaliitto", "hyvil"}
    assert sum(by_link.values()) == 236


def test_the_ministrys_seminar_is_elsewhere(sample: Session) -> None:
    event = event_of(sample, "ministry-seminar-2022")
    assert event.lead is not None and event.lead.slug == "stm"
    assert event.starts_at == datetime(2022, 3, 22, 7, 0, tzinfo=UTC)
    assert (event.external_url["sv"], event.places, event.invitation_links) == ("https://stm.fi/sv/", [], [])


def test_past_joint_events_have_people_feedback_and_materials(sample: Session) -> None:
    for slug, responses in (
        ("regional-safety-2024", 41),
        ("employment-forum-2023", 74),
        ("democracy-webinar-2023", 28),
        ("loneliness-webinar", 33),
    ):
        event = event_of(sample, slug)
        survey = sample.scalars(select(Survey).where(Survey.event_id == event.id)).one()
        assert event.materials
        assert sample.scalar(select(func.count()).where(SurveyResponse.survey_id == survey.id)) == responses
        invited, answered = (
            sample.scalar(select(func.count()).where(SurveyInvitation.survey_id == survey.id)),
            sample.scalar(
                select(func.count()).where(SurveyInvitation.survey_id == survey.id, SurveyInvitation.answered)
            ),
        )
        confirmed = sample.scalar(
            select(func.count()).where(
                Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED
            )
        )
        assert (invited, answered) == (confirmed, responses)


def test_sample_participants_who_came_were_sent_the_survey(sample: Session) -> None:
    event = event_of(sample, "loneliness-webinar")
    thanks = sample.scalars(select(Message).where(Message.event_id == event.id)).all()
    assert {message.state for message in thanks} == {MessageState.SENT}
    assert all(message.text for message in thanks)
    asked = {message.registration_id for message in thanks if message.context["survey"]}
    came = select(Registration.id).where(Registration.event_id == event.id, Registration.joined_at.is_not(None))
    assert asked == set(sample.scalars(came))
    assert people_without_survey(event, now=event.ends_at + timedelta(days=8)) == 0


def test_places_taken_equal_the_confirmed_registrations(sample: Session) -> None:
    for event in sample.scalars(select(Event)):
        for row in event.places:
            of_this_kind = [Registration.event_id == event.id, Registration.attendance == row.attendance]
            confirmed, waiting = (
                sample.scalar(select(func.count()).where(*of_this_kind, Registration.status == status))
                for status in (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED)
            )
            assert (row.taken, row.waitlist_numbers_drawn) == (confirmed, waiting), event.slug
            assert not waiting or row.left == 0, f"{event.slug}: somebody waits while a place is free"


def test_cancelled_sample_registrations_hold_no_place(sample: Session) -> None:
    event = event_of(sample, "employment-forum-2023")
    cancelled = sample.scalars(
        select(Registration).where(
            Registration.event_id == event.id, Registration.status == RegistrationStatus.CANCELLED
        )
    ).all()
    assert len(cancelled) == 7
    assert all(person.cancelled_at and not person.joined_at and not person.checked_in_at for person in cancelled)


def test_the_workshop_is_full_and_four_wait_in_line(sample: Session) -> None:
    event = event_of(sample, "impact-workshop")
    line = sample.scalars(
        select(Registration.waitlist_number)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.WAITLISTED)
        .order_by(Registration.created_at)
    ).all()
    assert event.places[0].left == 0
    assert list(line) == [1, 2, 3, 4]


def test_the_coming_forum_is_hybrid_and_asks_diets_with_consent(sample: Session) -> None:
    event = event_of(sample, "employment-forum")
    assert {row.attendance: row.capacity for row in event.places} == {Attendance.IN_PERSON: 80, Attendance.ONLINE: 300}
    diet = next(question for question in event.questions if question.sensitive)
    assert (diet.kind, diet.attendance) == (QuestionKind.TEXT, Attendance.IN_PERSON)
    answers = sample.scalars(
        select(Answer).join(Question, Question.id == Answer.question_id).where(Question.sensitive)
    ).all()
    assert answers and all(answer.consented_at is not None for answer in answers)
    parallel = [item for item in event.agenda if item.track_id is not None]
    assert len({item.starts_at for item in parallel}) == 1 and len({item.track_id for item in parallel}) == 3


def test_the_draft_lacks_english_title_link_contact_and_agenda(sample: Session) -> None:
    event = event_of(sample, "partnership-day")
    assert event.status is EventStatus.DRAFT
    assert (event.title.missing(), event.join_url, event.contact_email, event.agenda) == (("en",), None, "", [])


def test_the_sample_organiser_signs_in_by_link(sample: Session) -> None:
    user = sample.scalars(select(User).where(User.email == SAMPLE_ORGANISER)).one()
    assert user.password is None
    assert [membership.organisation.slug for membership in user.memberships] == ["soste"]


def test_coming_events_are_on_working_mornings_ahead_whenever_they_are_loaded(now: datetime) -> None:
    coming = [facts for facts in sample_events() if facts.get("in_days", 0) > 0]
    assert len(coming) == 9
    for loaded_at in (now + timedelta(days=days) for days in range(400)):
        for facts in coming:
            day = starts_on(facts, now=loaded_at)
            assert day > loaded_at.astimezone(ZONE).date(), facts["slug"]
            assert WORKING_DAYS.is_working_day(day), facts["slug"]
            assert facts["start"].hour < 10, facts["slug"]


def test_one_event_was_held_some_days_ago_whenever_it_is_loaded(now: datetime) -> None:
    [recent] = [facts for facts in sample_events() if facts.get("in_days", 0) < 0]
    for loaded_at in (now + timedelta(days=days) for days in range(400)):
        day = starts_on(recent, now=loaded_at)
        assert WORKING_DAYS.is_working_day(day)
        # Past the days in which thanks would still go out, and within those in which its recording is asked for.
        assert timedelta(days=4) < loaded_at.astimezone(ZONE).date() - day < timedelta(days=14)


def test_past_events_were_on_working_days(now: datetime) -> None:
    past = [facts for facts in sample_events() if "on" in facts]
    assert len(past) == 24
    for facts in past:
        assert WORKING_DAYS.is_working_day(facts["on"]) and facts["on"] < now.date(), facts["slug"]


def texts_in(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text of a data file with its place in the file."""
    if isinstance(value, dict):
        if value and set(value) <= set(LANGUAGES) and all(isinstance(text, str) for text in value.values()):
            yield path, value
        else:
            for key, inner in value.items():
                yield from texts_in(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts_in(inner, f"{path}[{number}]")


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_text_is_written_in_three_languages(path: Any) -> None:
    with path.open("rb") as file:
        facts = tomllib.load(file)
    wanted = INCOMPLETE.get(path.stem, set(LANGUAGES))
    assert set(facts.get("only", LANGUAGES)) == wanted
    found = list(texts_in(facts, path.stem))
    if path.stem in INCOMPLETE:
        assert all(set(texts) <= wanted for _, texts in found)
    else:
        assert [place for place, texts in found if set(texts) != wanted or not all(texts.values())] == []


@pytest.mark.parametrize("facts", list(sample_events()), ids=lambda facts: facts["slug"])
def test_agendas_fill_their_events_without_gaps(facts: dict[str, Any]) -> None:
    slots = sorted({(_minutes(item["at"]), _minutes(item["at"]) + item["minutes"]) for item in facts.get("agenda", [])})
    if not slots:
        assert "external_url" in facts or facts.get("draft")
        return
    assert (slots[0][0], slots[-1][1]) == (_minutes(facts["start"]), _minutes(facts["end"]))
    assert [later[0] for later in slots[1:]] == [earlier[1] for earlier in slots[:-1]]


def _minutes(clock: clock_time) -> int:
    return clock.hour * 60 + clock.minute

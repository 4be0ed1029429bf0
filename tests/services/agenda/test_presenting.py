"""Which surveys a session may present, on the real database."""

from __future__ import annotations

import pytest

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import EventStatus, HostRole
from eventhub.domain.errors import NotFound
from eventhub.domain.languages import Language
from eventhub.models import Event, Host, Organisation, Survey, User
from eventhub.services import agenda
from tests.support.factories import NOW, acting, make_event, make_organisation, make_survey, make_user, texts

from .conftest import add, draft


def enquiry(slug: str, owner: Organisation, **values: object) -> Survey:
    survey = Survey(
        **{"slug": slug, "language": Language.FI, "title": texts(slug), "created_at": NOW, "organisation_id": owner.id}
        | values
    )
    db.session.add(survey)
    db.session.flush()
    return survey


@pytest.fixture
def own(event: Event) -> Organisation:
    return event.hosts[0].organisation


@pytest.fixture
def other(event: Event) -> Organisation:
    """A host to which the writer does not belong."""
    organisation = make_organisation()
    event.hosts.append(Host(organisation=organisation, role=HostRole.SUPPORTER, position=1))
    db.session.flush()
    return organisation


@pytest.fixture
def writer(own: Organisation) -> User:
    return make_user(own)


def offered(event: Event, user: User) -> list[str]:
    return sorted(survey.slug for survey in agenda.presentable_surveys(event, actor=acting(user)))


def test_surveys_of_the_writers_own_organisation_and_public_ones_are_offered(
    event: Event, own: Organisation, other: Organisation, writer: User
) -> None:
    enquiry("own", own)
    enquiry("public", make_organisation(), report_public=True)
    enquiry("hidden", make_organisation())
    enquiry("hosts", other)
    assert offered(event, writer) == ["own", "public"]


def test_a_public_report_of_a_draft_is_not_offered(event: Event, writer: User) -> None:
    elsewhere = make_event(status=EventStatus.DRAFT, published_at=None)
    make_survey(elsewhere, slug="of-a-draft", report_public=True)
    assert offered(event, writer) == []


def test_surveys_of_an_own_organisation_that_is_no_host_are_not_offered(event: Event, own: Organisation) -> None:
    beside = make_organisation()
    enquiry("beside", beside)
    assert offered(event, make_user(own, beside)) == []


def test_a_survey_that_is_not_offered_is_refused(event: Event, other: Organisation, writer: User) -> None:
    theirs = enquiry("hosts", other)
    with pytest.raises(NotFound):
        add(event, writer, "Opening", 0, 15, survey_id=theirs.id)


def test_a_session_cannot_be_changed_to_present_a_survey_that_is_not_offered(
    event: Event, other: Organisation, writer: User
) -> None:
    theirs = enquiry("hosts", other)
    item = add(event, writer, "Opening", 0, 15)
    with pytest.raises(NotFound):
        agenda.edit_session(
            event, item, draft(event, "Opening", 0, 15, survey_id=theirs.id),
            form_version=version_of(agenda.session_draft_of(item)), actor=acting(writer), now=NOW,
        )  # fmt: skip


def test_a_survey_that_another_host_chose_stays(event: Event, other: Organisation, writer: User) -> None:
    theirs = enquiry("hosts", other)
    item = add(event, make_user(other), "Opening", 0, 15, survey_id=theirs.id)
    agenda.edit_session(
        event, item, draft(event, "Welcome", 0, 15, survey_id=theirs.id),
        form_version=version_of(agenda.session_draft_of(item)), actor=acting(writer), now=NOW,
    )  # fmt: skip
    assert (item.title["en"], item.survey_id) == ("Welcome (en)", theirs.id)


def test_the_system_may_present_any_survey(event: Event) -> None:
    theirs = enquiry("theirs", make_organisation())
    item = agenda.add_session(event, draft(event, "Opening", 0, 15, survey_id=theirs.id), actor=SYSTEM, now=NOW)
    assert item.survey_id == theirs.id

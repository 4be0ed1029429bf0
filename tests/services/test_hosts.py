"""Hosts: one lead at a time, an order, and a link for each."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import EventStatus, HostRole, MemberRole
from eventhub.domain.errors import Forbidden, NobodyToLead, NotFound, Taken, Unchangeable
from eventhub.models import Event, Host, InvitationLink, User
from eventhub.services.hosts import add_host, change_host_role, hand_over, move_host, remove_host
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user


@pytest.fixture
def event(db_session: Session) -> Event:
    made = make_event(
        lead=make_organisation("lead"),
        hosts={
            make_organisation("co"): HostRole.CO_ORGANISER,
            make_organisation("supporter"): HostRole.SUPPORTER,
        },
        links=True,
    )
    db_session.commit()
    return made


@pytest.fixture
def by(event: Event) -> User:
    return make_user(event.hosts[0].organisation)


def parts(event: Event) -> list[tuple[str, HostRole]]:
    return [(host.organisation.slug, host.role) for host in event.hosts]


def host(event: Event, slug: str) -> Host:
    return next(one for one in event.hosts if one.organisation.slug == slug)


def test_add_comes_last_and_gets_a_link(event: Event, by: User) -> None:
    other = make_organisation("other")
    add_host(event, other.id, HostRole.SUPPORTER, actor=acting(by), now=NOW)
    assert parts(event)[-1] == ("other", HostRole.SUPPORTER)
    assert [link.code for link in event.invitation_links] == ["lead", "co", "supporter", "other"]
    assert event.page_version == 1


def test_add_refuses_a_second_lead_a_second_time_and_the_unknown(event: Event, by: User) -> None:
    other = make_organisation("other")
    with pytest.raises(Forbidden):
        add_host(event, other.id, HostRole.LEAD, actor=acting(by), now=NOW)
    with pytest.raises(Taken):
        add_host(event, host(event, "co").organisation_id, HostRole.SUPPORTER, actor=acting(by), now=NOW)
    with pytest.raises(NotFound):
        add_host(event, 0, HostRole.SUPPORTER, actor=acting(by), now=NOW)


def test_host_role_is_changed(event: Event, by: User) -> None:
    change_host_role(event, host(event, "co"), HostRole.SUPPORTER, actor=acting(by), now=NOW)
    assert dict(parts(event))["co"] is HostRole.SUPPORTER


def test_the_lead_is_only_handed_over(event: Event, by: User) -> None:
    with pytest.raises(Forbidden):
        change_host_role(event, host(event, "lead"), HostRole.SUPPORTER, actor=acting(by), now=NOW)
    with pytest.raises(Forbidden):
        change_host_role(event, host(event, "co"), HostRole.LEAD, actor=acting(by), now=NOW)
    with pytest.raises(Forbidden):
        remove_host(event, host(event, "lead"), actor=acting(by), now=NOW)


def test_hand_over_makes_the_former_lead_a_co_organiser(event: Event, by: User) -> None:
    make_user(host(event, "supporter").organisation)
    hand_over(event, host(event, "supporter"), actor=acting(by), now=NOW)
    assert parts(event) == [
        ("lead", HostRole.CO_ORGANISER),
        ("co", HostRole.CO_ORGANISER),
        ("supporter", HostRole.LEAD),
    ]


def test_lead_is_not_handed_to_an_organisation_without_an_organiser(event: Event, by: User) -> None:
    heir = host(event, "co")
    make_user(heir.organisation, role=MemberRole.READER)
    make_user(heir.organisation, active=False)
    with pytest.raises(NobodyToLead):
        hand_over(event, heir, actor=acting(by), now=NOW)
    assert dict(parts(event))["lead"] is HostRole.LEAD


def test_move_stays_within_the_list(event: Event, by: User) -> None:
    move_host(event, host(event, "supporter"), steps=-1, actor=acting(by), now=NOW)
    assert [slug for slug, _ in parts(event)] == ["lead", "supporter", "co"]
    move_host(event, host(event, "lead"), steps=-1, actor=acting(by), now=NOW)
    assert [slug for slug, _ in parts(event)] == ["lead", "supporter", "co"]


def test_remove_takes_the_link_unless_people_came_through_it(db_session: Session, event: Event, by: User) -> None:
    link = db_session.scalars(
        select(InvitationLink).where(InvitationLink.event_id == event.id, InvitationLink.code == "co")
    ).one()
    make_registration(event, invitation_link_id=link.id)
    db_session.commit()
    remove_host(event, host(event, "co"), actor=acting(by), now=NOW)
    remove_host(event, host(event, "supporter"), actor=acting(by), now=NOW)
    assert parts(event) == [("lead", HostRole.LEAD)]
    assert [one.code for one in event.invitation_links] == ["lead", "co"]


def test_a_cancelled_event_keeps_its_hosts(db_session: Session, event: Event, by: User) -> None:
    event.status = EventStatus.CANCELLED
    db_session.commit()
    with pytest.raises(Unchangeable):
        hand_over(event, host(event, "co"), actor=acting(by), now=NOW)

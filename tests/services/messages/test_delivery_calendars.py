"""Calendars end as registrations are: random acts of people, an organiser and the mail server, on the real outbox.

`tests/domain/messages/test_letters_calendars.py` walks through all short sequences on a model; here a sample of longer
ones runs on the real services, database and mail server.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import Attendance, RegistrationStatus
from eventhub.domain.errors import Refusal
from eventhub.domain.registrations.registration import HOLD
from eventhub.models import Event, Registration
from eventhub.services.events import basics_of, cancel_event, edit_event
from eventhub.services.messages.delivery import deliver_due
from eventhub.services.messages.sending import send_failed_again
from eventhub.services.places import release_held_places
from eventhub.services.registrations import cancel_registration, give_place, put_back_own, register
from eventhub.settings import Settings
from tests.support.factories import NOW, acting, make_attendee, make_event, make_user, texts, themselves
from tests.support.recipient import RecipientCalendar
from tests.support.servers import SmtpServer

SEQUENCES: Final = 5
LENGTH: Final = 10
JOIN_URL: Final = "https://meeting.example/secret"
PERSON, OTHER = "asa@people.internal", "eva@people.internal"


@pytest.fixture
def settings(settings: Settings, smtp_server: SmtpServer) -> Settings:
    return replace(settings, smtp_url=smtp_server.url)


@dataclass
class Story:
    """One event with one place, two people who want it, and the calendars of both."""

    event_id: int
    server: SmtpServer
    now: datetime = NOW
    read: int = 0

    def __post_init__(self) -> None:
        self.calendars = {address: RecipientCalendar(address) for address in (PERSON, OTHER)}

    @property
    def event(self) -> Event:
        db.session.expire_all()
        return db.session.get_one(Event, self.event_id)

    def registration(self, address: str) -> Registration | None:
        of_address = (Registration.event_id == self.event_id, Registration.email == address)
        return db.session.scalars(select(Registration).where(*of_address)).one_or_none()

    def toggle(self, address: str) -> None:
        """The person registers, or cancels."""
        found = self.registration(address)
        if found is not None and found.is_active:
            cancel_registration(found, actor=themselves(found), now=self.now)
        else:
            register(self.event, make_attendee(address, name=address), attendance=Attendance.ONLINE, now=self.now)

    def give_place_on(self) -> None:
        """Let the clock end the hold of a cancelled place."""
        release_held_places(now=self.now + HOLD)

    def put_back(self) -> None:
        if (found := self.registration(PERSON)) is not None:
            put_back_own(found, now=self.now)

    def give_place_over_limit(self) -> None:
        if (found := self.registration(PERSON)) is not None:
            give_place(found, reason="Speaker", actor=acting(make_user()), now=self.now)

    def edit(self, **values: object) -> None:
        event = self.event
        before = basics_of(event)
        edit_event(
            event,
            replace(before, **values),  # type: ignore[arg-type]
            form_version=version_of(before),
            actor=acting(make_user()),
            now=self.now,
        )

    def move(self) -> None:
        starts_at = NOW + timedelta(days=7)
        moved = starts_at if self.event.starts_at != starts_at else starts_at + timedelta(days=1)
        self.edit(starts_at=moved, ends_at=moved + timedelta(hours=2))

    def change_join_link(self) -> None:
        self.edit(join_url=f"{JOIN_URL}/another" if self.event.join_url == JOIN_URL else JOIN_URL)

    def call_off(self) -> None:
        cancel_event(self.event, texts("Reason"), actor=acting(make_user()), now=self.now)

    def deliver(self, *answers: str) -> None:
        """A round of the worker, in which the server answers the first mails so."""
        self.now += timedelta(hours=2)  # later than any retry
        self.server.order(*answers)
        deliver_due(now=self.now)
        self.server.orders.clear()
        for sent in self.server.deliveries[self.read :]:
            for calendar in self.calendars.values():
                if calendar.address in sent.recipients:
                    calendar.receive(sent.message)
        self.read = len(self.server.deliveries)

    def settle(self) -> None:
        """The server takes everything again, and the organiser sends again what had failed."""
        for _ in range(3):
            self.deliver()
            send_failed_again(self.event, actor=acting(make_user()), now=self.now)
        self.deliver()

    def shown(self, address: str) -> list[datetime]:
        return [entry.starts_at for entry in self.calendars[address].standing]

    def owed(self, address: str) -> list[datetime]:
        event, found = self.event, self.registration(address)
        has_place = found is not None and found.status is RegistrationStatus.CONFIRMED and not event.is_cancelled
        return [event.starts_at] if has_place else []


ACTS: Final[dict[str, Callable[[Story], None]]] = {
    "the person registers or cancels": lambda story: story.toggle(PERSON),
    "the other registers or cancels": lambda story: story.toggle(OTHER),
    "the person puts it back": Story.put_back,
    "the hold of a place ends": Story.give_place_on,
    "the person is given a place over the limit": Story.give_place_over_limit,
    "the event moves": Story.move,
    "the join link changes": Story.change_join_link,
    "the event is called off": Story.call_off,
    "delivered": Story.deliver,
    "taken without a word": lambda story: story.deliver("take and break"),
    "put off": lambda story: story.deliver("450 4.2.1 Try later"),
    "refused": lambda story: story.deliver("550 5.1.1 No such user"),
}
WEIGHTS: Final = (6, 5, 2, 3, 1, 3, 2, 1, 3, 2, 2, 2)


@pytest.fixture
def story(db_session: Session, smtp_server: SmtpServer) -> Story:
    """The person has the one place, and the invitation; the other waits."""
    story = Story(make_event(capacity=1).id, smtp_server)
    db_session.commit()
    story.toggle(PERSON)
    story.toggle(OTHER)
    story.deliver()
    assert len(story.shown(PERSON)) == 1
    return story


def methods(server: SmtpServer, address: str) -> list[str | None]:
    """The method of the calendar part of each mail to the address."""
    return [
        next((str(part.get_param("method")) for part in sent.message.walk() if part.get_param("method")), None)
        for sent in server.to(address)
    ]


def test_place_lost_to_another_before_the_cancellation_was_mailed(story: Story, smtp_server: SmtpServer) -> None:
    """The person cancels, the other takes the place, the person is back on the waiting list."""
    story.toggle(PERSON)
    story.give_place_on()
    story.toggle(PERSON)
    story.deliver()
    assert (story.shown(PERSON), len(story.shown(OTHER))) == ([], 1)
    assert methods(smtp_server, PERSON) == ["REQUEST", "CANCEL", None]
    cancelled = smtp_server.to(PERSON)[1].message.get_body(("plain",))
    assert cancelled is not None
    assert "Du har därefter anmält dig på nytt." in cancelled.get_content()


def test_refused_cancellation_is_made_up_for_by_the_letter_of_the_waiting_list(
    story: Story, smtp_server: SmtpServer
) -> None:
    story.toggle(PERSON)
    story.deliver("550 5.1.1 No such user")
    story.give_place_on()
    story.toggle(PERSON)
    story.deliver()
    assert story.shown(PERSON) == []
    assert methods(smtp_server, PERSON) == ["REQUEST", "CANCEL"]
    assert send_failed_again(story.event, actor=acting(make_user()), now=story.now) == 0


def test_cancellation_is_overtaken_by_a_new_place(db_session: Session, smtp_server: SmtpServer) -> None:
    story = Story(make_event().id, smtp_server)
    db_session.commit()
    for _ in range(3):
        story.toggle(PERSON)
    story.deliver()
    assert methods(smtp_server, PERSON) == ["REQUEST", "REQUEST"]
    assert len(story.shown(PERSON)) == 1


def test_new_address_behind_the_own_join_link_asks_no_one_to_accept_anew(
    db_session: Session, smtp_server: SmtpServer
) -> None:
    """The first address is the entry's place; the next one is only where the same link leads."""
    story = Story(make_event(join_url=None).id, smtp_server)
    db_session.commit()
    story.toggle(PERSON)
    story.deliver()
    for _ in range(2):
        story.change_join_link()
        story.deliver()
    assert methods(smtp_server, PERSON) == ["REQUEST", "REQUEST", None]
    news = smtp_server.to(PERSON)[-1].message.get_body(("plain",))
    assert news is not None
    assert "kalender" not in news.get_content()


def test_event_that_moved_and_moved_back_around_a_delayed_letter(db_session: Session, smtp_server: SmtpServer) -> None:
    """The confirmation was written after the move, so the move back is news."""
    story = Story(make_event().id, smtp_server)
    db_session.commit()
    story.toggle(PERSON)
    story.move()
    story.deliver("", "450 4.2.1 Try later")
    story.move()
    story.deliver()
    assert story.shown(PERSON) == story.owed(PERSON)


@pytest.mark.parametrize("seed", range(3))
def test_calendars_end_as_the_registrations_are(db_session: Session, smtp_server: SmtpServer, seed: int) -> None:
    random = Random(seed)
    for _ in range(SEQUENCES):
        event = make_event(capacity=1, join_url=random.choice([None, JOIN_URL]))
        story = Story(event.id, smtp_server, read=len(smtp_server.deliveries))
        db_session.commit()
        told = random.choices(list(ACTS), WEIGHTS, k=LENGTH)
        for name in told:
            with suppress(Refusal):  # such as registering for an event that has been called off
                ACTS[name](story)
        story.settle()
        for address in (PERSON, OTHER):
            assert story.shown(address) == story.owed(address), (address, told)

"""Every order of acts of a person, an organiser and the mail server leaves the calendar as the registration is.

The rules under test decide; what surrounds them (registrations, outbox, a recipient's calendar) is a model of pure
values, small enough to walk through all sequences. `tests/services/messages/test_delivery_calendars.py` plays the same
acts on the real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from eventhub.domain.calendar.entries import Method
from eventhub.domain.calendar.held import AttemptedPart, may_hold_entry, surely_holds
from eventhub.domain.enums import ACTIVE, MessageKind, RegistrationStatus
from eventhub.domain.messages.letters import POLICIES, calendar_method, is_true_for

LENGTH: Final = 6
CONFIRMED, WAITLISTED = RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED
CANCELLED = RegistrationStatus.CANCELLED


class Post(StrEnum):
    """What became of a mail."""

    OPEN = "open"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Other(StrEnum):
    """The other person, who wants the one place too."""

    AWAY = "away"
    HAS_PLACE = "has place"
    WAITS = "waits"


class Answer(StrEnum):
    """What the mail server does with an attempt."""

    TAKES = "takes"
    TAKES_AND_BREAKS = "takes and breaks"
    PUTS_OFF = "puts off"
    REFUSES = "refuses"


@dataclass(frozen=True, slots=True)
class Mail:
    kind: MessageKind
    sequence: int
    before: tuple[tuple[str, int], ...] = ()
    same_entry: bool = False
    state: Post = Post.OPEN
    is_frozen: bool = False
    method: Method | None = None
    time: int = 0
    link: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    sequence: int
    time: int
    stands: bool


@dataclass(frozen=True, slots=True)
class World:
    """A person, an event with one place, the outbox, and the person's calendar."""

    status: RegistrationStatus | None = None
    sequence: int = 0
    other: Other = Other.AWAY
    time: int = 0
    link: int = 0
    is_called_off: bool = False
    is_held: bool = False
    """The place of the person, who has cancelled, is still theirs."""
    mails: tuple[Mail, ...] = ()
    entry: Entry | None = None

    @property
    def has_place(self) -> bool:
        return self.status is CONFIRMED and not self.is_called_off

    @property
    def parts(self) -> list[AttemptedPart]:
        return [
            AttemptedPart(mail.method, mail.sequence, mail.state is Post.SENT)
            for mail in self.mails
            if mail.is_frozen and mail.method is not None
        ]

    def put(self, kind: MessageKind, *, same_entry: bool = False, **before: int) -> World:
        mail = Mail(kind, self.sequence, tuple(before.items()), same_entry)
        return replace(self, mails=(*self.mails, mail))

    def raised(self, status: RegistrationStatus | None = None) -> World:
        return replace(self, sequence=self.sequence + 1, status=status or self.status)

    def with_mail(self, index: int, mail: Mail) -> World:
        return replace(self, mails=(*self.mails[:index], mail, *self.mails[index + 1 :]))


def register(world: World) -> World | None:
    """The person registers, or their cancelled registration is put back."""
    if world.is_called_off or world.status in ACTIVE:
        return None
    status = CONFIRMED if world.is_held or world.other is not Other.HAS_PLACE else WAITLISTED
    entered = replace(world, status=status) if world.status is None else world.raised(status)
    entered = replace(entered, is_held=False)
    return entered.put(MessageKind.CONFIRMATION if status is CONFIRMED else MessageKind.WAITLISTED)


def cancel(world: World) -> World | None:
    if world.is_called_off or world.status not in ACTIVE:
        return None
    cancelled = replace(world.raised(CANCELLED), is_held=world.status is CONFIRMED)
    return cancelled.put(MessageKind.REGISTRATION_CANCELLED)


def end_hold(world: World) -> World | None:
    """The place goes to the other, if they wait."""
    if not world.is_held:
        return None
    return replace(world, is_held=False, other=Other.HAS_PLACE if world.other is Other.WAITS else world.other)


def give_place(world: World) -> World | None:
    """The person, who waits, is given a place over the limit."""
    if world.is_called_off or world.status is not WAITLISTED:
        return None
    return world.raised(CONFIRMED).put(MessageKind.PLACE_FREED)


def other_comes_or_goes(world: World) -> World | None:
    """The other takes the place or waits for it; or gives it up, and the person is promoted."""
    if world.is_called_off:
        return None
    if world.other is Other.AWAY:
        return replace(world, other=Other.WAITS if world.status is CONFIRMED or world.is_held else Other.HAS_PLACE)
    gone = replace(world, other=Other.AWAY)
    if world.other is Other.HAS_PLACE and world.status is WAITLISTED:
        return gone.raised(CONFIRMED).put(MessageKind.PLACE_FREED)
    return gone


def move(world: World) -> World | None:
    """The event moves, or moves back."""
    if world.is_called_off:
        return None
    moved = replace(world, time=1 - world.time)
    return moved.raised().put(MessageKind.EVENT_CHANGED, time=world.time) if world.status in ACTIVE else moved


def change_join_link(world: World) -> World | None:
    if world.is_called_off:
        return None
    changed = replace(world, link=1 - world.link)
    if world.status is not CONFIRMED:
        return changed
    return changed.put(MessageKind.EVENT_CHANGED, same_entry=True, link=world.link)


def call_off(world: World) -> World | None:
    if world.is_called_off:
        return None
    mails = tuple(
        replace(mail, state=Post.DROPPED) if mail.state is Post.OPEN and POLICIES[mail.kind].needs_event else mail
        for mail in world.mails
    )
    off = replace(world, is_called_off=True, mails=mails)
    return off.raised().put(MessageKind.EVENT_CANCELLED) if world.status in ACTIVE else off


def deliver_all(world: World) -> World | None:
    """The server takes all mails that are still true."""
    delivered = world
    while (attempted := attempt(delivered, Answer.TAKES)) is not None:
        delivered = attempted
    return delivered if delivered != world else None


def send_failed_again(world: World) -> World:
    """The organiser sends again what failed and still matters."""
    for index, mail in enumerate(world.mails):
        later = world.mails[index + 1 :]
        is_reached = any(one.kind is mail.kind and one.state in (Post.OPEN, Post.SENT) for one in later)
        is_for_cancelled = POLICIES[mail.kind].true_for.isdisjoint(ACTIVE)
        if mail.state is not Post.FAILED or is_reached or is_for_cancelled == (world.status in ACTIVE):
            continue
        if is_still_true(world, index):
            world = world.put(mail.kind, same_entry=mail.same_entry, **dict(mail.before))
    return world


def attempt(world: World, answer: Answer) -> World | None:
    """The next mail that is still true is attempted; None when there is none."""
    for index, mail in enumerate(world.mails):
        if mail.state is not Post.OPEN:
            continue
        if not is_still_true(world, index) or (
            mail.is_frozen and mail.method is Method.REQUEST and not has_seat(world)
        ):
            world = world.with_mail(index, replace(mail, state=Post.DROPPED))
            continue
        if not mail.is_frozen:
            if mail.kind is MessageKind.EVENT_CHANGED and not has_news(world, index):
                world = world.with_mail(index, replace(mail, state=Post.DROPPED))
                continue
            mail = replace(mail, is_frozen=True, method=method_of(world, mail), time=world.time, link=world.link)
        state = {Answer.TAKES: Post.SENT, Answer.REFUSES: Post.FAILED}.get(answer, Post.OPEN)
        arrives = answer in (Answer.TAKES, Answer.TAKES_AND_BREAKS)
        world = world.with_mail(index, replace(mail, state=state))
        return replace(world, entry=received(world.entry, mail)) if arrives else world
    return None


def has_seat(world: World) -> bool:
    return world.status is CONFIRMED


def is_still_true(world: World, index: int) -> bool:
    mail, policy = world.mails[index], POLICIES[world.mails[index].kind]
    assert world.status is not None
    if policy.needs_event and world.is_called_off:
        return False
    if policy.newest_only and any(one.kind is mail.kind and one.state is Post.OPEN for one in world.mails[index + 1 :]):
        return False
    return is_true_for(policy, world.status, may_hold_entry=may_hold_entry(world.parts))


def has_news(world: World, index: int) -> bool:
    """Return whether the person has been told something else than what is true now (mail.letters.event_changed)."""
    heard = max(
        (
            number
            for number, mail in enumerate(world.mails[:index])
            if mail.state is Post.SENT
            and (mail.kind is MessageKind.EVENT_CHANGED or POLICIES[mail.kind].states_everything)
        ),
        default=-1,
    )
    unannounced = [mail for mail in world.mails[heard + 1 : index + 1] if mail.kind is MessageKind.EVENT_CHANGED]
    before: dict[str, int] = {}
    for mail in reversed(unannounced):
        before |= dict(mail.before)
    if heard >= 0:
        told = {"time": world.mails[heard].time, "link": world.mails[heard].link}
        before = {name: told[name] for name in before}
    moved, rung = before.get("time", world.time) != world.time, before.get("link", world.link) != world.link
    in_doubt = any(mail.is_frozen for mail in unannounced[:-1])
    return moved or (rung and has_seat(world)) or (in_doubt and "time" in before)


def method_of(world: World, mail: Mail) -> Method | None:
    held = may_hold_entry(world.parts)
    method = calendar_method(POLICIES[mail.kind], has_place=world.has_place, may_hold_entry=held)
    if method is Method.REQUEST and mail.same_entry and surely_holds(world.parts, mail.sequence):
        return None
    return method


def received(entry: Entry | None, mail: Mail) -> Entry | None:
    """Return the recipient's entry after a mail (RFC 5546, 2.1.5: a lower SEQUENCE is ignored)."""
    if mail.method is None or (entry is not None and mail.sequence < entry.sequence):
        return entry
    if mail.method is Method.REQUEST:
        return Entry(mail.sequence, mail.time, stands=True)
    return replace(entry, sequence=mail.sequence, stands=False) if entry is not None else None


ACTS: Final[tuple[Callable[[World], World | None], ...]] = (
    register,
    cancel,
    end_hold,
    give_place,
    other_comes_or_goes,
    move,
    change_join_link,
    call_off,
    deliver_all,
    lambda world: attempt(world, Answer.TAKES),
    lambda world: attempt(world, Answer.TAKES_AND_BREAKS),
    lambda world: attempt(world, Answer.PUTS_OFF),
    lambda world: attempt(world, Answer.REFUSES),
)


def worlds() -> Iterator[World]:
    """Each world that some sequence of up to LENGTH acts leads to."""
    seen = {World()}
    edge = seen
    for _ in range(LENGTH):
        edge = {after for world in edge for act in ACTS if (after := act(world)) is not None} - seen
        seen = seen | edge
        yield from edge


def settled(world: World) -> World:
    """The server has recovered, and what failed was sent again."""
    for _ in range(2):
        world = send_failed_again(deliver_all(world) or world)
    return deliver_all(world) or world


def test_calendar_ends_as_the_registration_is_after_every_order_of_acts() -> None:
    wrong = []
    for world in worlds():
        after = settled(world)
        shown = after.entry.time if after.entry is not None and after.entry.stands else None
        if shown != (after.time if after.has_place else None):
            wrong.append(after)
    assert wrong[:3] == []

"""Removal of the sample data from a database that has it: only what the samples made.

Recognised are the events and surveys that carry the sample mark, which a copy does not inherit; the accounts
`organiser@<organisation>.example`, whose addresses can never receive mail; the marks in place of logos, by their
digest; the catalogue's themes and series that nothing else uses. An event or a survey that real people have entered
stays: a registration with an address outside example.org, or a response to a survey that a member of staff changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, update

from eventhub.db import db, transaction
from eventhub.models import (
    AgendaItem,
    Answer,
    AuditEntry,
    Event,
    Membership,
    Message,
    Organisation,
    Registration,
    Series,
    SignInLink,
    Speaker,
    StaffSession,
    Survey,
    SurveyInvitation,
    Theme,
    User,
    event_theme,
)
from eventhub.services.pictures import drop_unused

from .facts import sample_data
from .staff import sample_accounts, sample_marks

#: The domain of the artificial people's addresses, which never takes mail (RFC 2606, RFC 7505).
_PEOPLE: Final = "example.org"


@dataclass(frozen=True, slots=True)
class DemoRemoved:
    """The numbers of removed events and accounts, and the slugs of the events that stay."""

    events: int
    users: int
    kept: tuple[str, ...]


def remove_demo() -> DemoRemoved:
    """Remove the sample data; idempotent. Accounts that the history names are deactivated instead."""
    with transaction():
        real = exists().where(
            Registration.event_id == Event.id,
            Registration.email.is_not(None),
            Registration.email.not_like(f"%@{_PEOPLE}"),
        )
        kept = tuple(db.session.scalars(select(Event.slug).where(Event.is_sample, real).order_by(Event.slug)))
        events = list(db.session.scalars(select(Event.id).where(Event.is_sample, ~real)))
        digests = list(
            db.session.scalars(select(Speaker.picture_digest).where(Speaker.event_id.in_(events)).distinct())
        )
        _delete_surveys(events)
        _delete_events(events)
        users = _delete_users()
        marks = sample_marks()
        db.session.execute(update(Organisation).where(Organisation.logo_digest.in_(marks)).values(logo_digest=None))
        drop_unused([*digests, *marks])
        _delete_catalogue()
        db.session.expire_all()
    return DemoRemoved(events=len(events), users=users, kept=kept)


def _delete_surveys(events: list[int]) -> None:
    presented = exists().where(AgendaItem.survey_id == Survey.id, AgendaItem.event_id.not_in(events))
    own = select(Survey.id).where(
        or_(Survey.event_id.in_(events), Survey.event_id.is_(None) & Survey.is_sample & ~presented)
    )
    ids = list(db.session.scalars(own))
    _delete(SurveyInvitation, SurveyInvitation.survey_id.in_(ids))
    _delete(Survey, Survey.id.in_(ids))


def _delete_events(events: list[int]) -> None:
    """Delete events with their registrations, which refer to them without ON DELETE CASCADE."""
    people = select(Registration.id).where(Registration.event_id.in_(events))
    _delete(Message, or_(Message.event_id.in_(events), Message.registration_id.in_(people)))
    _delete(
        AuditEntry,
        or_(
            AuditEntry.event_id.in_(events),
            AuditEntry.registration_id.in_(people),
            AuditEntry.actor_registration_id.in_(people),
        ),
    )
    _delete(Answer, Answer.registration_id.in_(people))
    _delete(Registration, Registration.event_id.in_(events))
    _delete(Event, Event.id.in_(events))


def _delete_users() -> int:
    own: Select[int] = select(User.id).where(User.email.in_(sample_accounts()))
    acted = exists().where(AuditEntry.user_id == User.id)
    db.session.execute(update(User).where(User.email.in_(sample_accounts()), acted).values(active=False, password=None))
    ids = list(db.session.scalars(own))
    for model in (Membership, SignInLink, StaffSession):
        _delete(model, model.user_id.in_(ids))
    _delete(Message, Message.user_id.in_(ids))
    gone = list(db.session.scalars(own.where(~acted)))
    _delete(User, User.id.in_(gone))
    return len(ids)


def _delete_catalogue() -> None:
    _delete(
        Theme,
        Theme.slug.in_(sample_data("catalogue.toml")["themes"].keys()),
        ~exists().where(event_theme.c.theme_id == Theme.id),
    )
    _delete(
        Series,
        Series.slug.in_(sample_data("catalogue.toml")["series"].keys()),
        ~exists().where(Event.series_id == Series.id),
    )


def _delete(model: type, *conditions: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(*conditions).execution_options(synchronize_session=False))

"""Copies of events: the next in a series, the same discussion in the next region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventhub.db import db, transaction
from eventhub.domain import dates
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, EventStatus, HostRole
from eventhub.domain.errors import Forbidden
from eventhub.domain.events.planning import span_moved, window_moved
from eventhub.domain.languages import TranslatedText
from eventhub.models import (
    AgendaItem,
    Event,
    Host,
    InvitationLink,
    Membership,
    MessageRule,
    Organisation,
    Places,
    Question,
    Room,
    Speaker,
    Survey,
    SurveyQuestion,
    Track,
)
from eventhub.services.audit import record
from eventhub.services.questions import AnyQuestion
from eventhub.services.surveys.editing import free_survey_slug

from .creating import free_event_slug

#: Columns that a copy has as they are.
COPIED: Final = (
    "summary",
    "description",
    "practical",
    "venue",
    "kind",
    "attendance_mode",
    "language",
    "timezone",
    "address",
    "join_opens_minutes",
    "external_url",
    "contact_name",
    "contact_email",
    "series_id",
    "spoken_languages",
)
#: Columns that a copy gets anew: from its own time and title, or because it is a row of its own.
MADE_ANEW: Final = (
    "id",
    "slug",
    "status",
    "title",
    "starts_at",
    "ends_at",
    "registration_opens_at",
    "registration_closes_at",
    "created_at",
    "updated_at",
    "search_text",
)
#: Columns that belong to one occasion and stay behind.
LEFT_BEHIND: Final = (
    "join_url",
    "sequence",
    "page_version",
    "agenda_told",
    "is_sample",
    "published_at",
    "cancelled_at",
    "cancel_reason",
)


def copy_event(
    event: Event,
    *,
    title: TranslatedText,
    starts_at: datetime,
    ends_at: datetime,
    lead_id: int,
    actor: Actor,
    now: datetime,
) -> Event:
    """Create a draft with the same texts, agenda, hosts, questions, messages and survey, at another time.

    The agenda keeps its wall-clock distance from the start. People, materials, the join link and the sample mark
    are not copied. `lead_id` is the new lead, one of the copying person's own organisations; a former lead becomes
    a co-organiser.

    Raises: Forbidden when the person does not belong to `lead_id`.
    """
    with transaction():
        own = select(Membership.organisation_id).where(Membership.user_id == actor.user_id)
        if lead_id not in set(db.session.scalars(own)):
            raise Forbidden
        opens_at, closes_at = window_moved(
            event.registration_opens_at,
            event.registration_closes_at,
            before=event.starts_at,
            after=starts_at,
            timezone=event.timezone,
        )
        copy = Event(
            slug=free_event_slug(title, event.language, dates.local(starts_at, event.timezone).date()),
            status=EventStatus.DRAFT,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            registration_opens_at=opens_at,
            registration_closes_at=closes_at,
            created_at=now,
            updated_at=now,
            **{name: getattr(event, name) for name in COPIED},
        )
        copy.regions, copy.themes = list(event.regions), list(event.themes)
        capacities = {places.attendance: places.capacity for places in event.places}
        copy.places = [
            Places(attendance=attendance, capacity=capacities.get(attendance), taken=0, waitlist_numbers_drawn=0)
            for attendance in copy.attendances
        ]
        _copy_hosts(event, copy, lead_id)
        copy.questions = [
            _like(question, Question, "position", *_QUESTION, "sensitive") for question in event.questions
        ]
        db.session.add(copy)
        db.session.flush()
        _point_conditions(event.questions, copy.questions)
        _copy_agenda(event, copy)
        rules = db.session.scalars(select(MessageRule).where(MessageRule.event_id == event.id))
        db.session.add_all(
            MessageRule(event_id=copy.id, kind=rule.kind, offset_minutes=rule.offset_minutes) for rule in rules
        )
        _copy_survey(event, copy, now=now)
        record(AuditAction.COPIED, now=now, event=copy, actor=actor, source=event.id)
    return copy


_QUESTION = ("kind", "label", "hint", "required", "options", "condition", "limits")


def _copy_hosts(event: Event, copy: Event, lead_id: int) -> None:
    roles = {host.organisation_id: host.role for host in event.hosts}
    if roles.get(lead_id) is not HostRole.LEAD:
        roles = {key: HostRole.CO_ORGANISER if role is HostRole.LEAD else role for key, role in roles.items()}
        roles = {lead_id: HostRole.LEAD, **{key: role for key, role in roles.items() if key != lead_id}}
    found = {one.id: one for one in db.session.scalars(select(Organisation).where(Organisation.id.in_(roles)))}
    copy.hosts = [
        Host(organisation=found[key], role=role, position=position)
        for position, (key, role) in enumerate(roles.items())
    ]
    copy.invitation_links = [InvitationLink(organisation=found[key], code=found[key].slug) for key in roles]


def _copy_agenda(event: Event, copy: Event) -> None:
    tracks = {track.id: Track(name=track.name, position=track.position) for track in event.tracks}
    rooms = {room.id: Room(name=room.name, position=room.position) for room in event.rooms}
    speakers = {
        one.id: _like(one, Speaker, "name", "title", "organisation", "picture_digest") for one in event.speakers
    }
    copy.tracks, copy.rooms, copy.speakers = list(tracks.values()), list(rooms.values()), list(speakers.values())
    items = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.event_id == event.id)
        .options(selectinload(AgendaItem.speakers))
        .order_by(AgendaItem.starts_at, AgendaItem.position, AgendaItem.id)
    ).all()
    copy.agenda = [
        AgendaItem(
            kind=item.kind,
            title=item.title,
            description=item.description,
            **_times(item, event, copy),
            position=item.position,
            track=tracks[item.track_id] if item.track_id is not None else None,
            room=rooms[item.room_id] if item.room_id is not None else None,
            speakers=[speakers[speaker.id] for speaker in item.speakers],
        )
        for item in items
    ]
    db.session.flush()


def _times(item: AgendaItem, event: Event, copy: Event) -> dict[str, datetime]:
    starts_at, ends_at = span_moved(
        item.starts_at, item.ends_at, before=event.starts_at, after=copy.starts_at, timezone=event.timezone
    )
    return {"starts_at": starts_at, "ends_at": ends_at}


def _copy_survey(event: Event, copy: Event, *, now: datetime) -> None:
    survey = db.session.scalar(
        select(Survey).where(Survey.event_id == event.id).options(selectinload(Survey.questions))
    )
    if survey is None:
        return
    survey_copy = Survey(
        event_id=copy.id,
        slug=free_survey_slug(copy),
        language=survey.language,
        title=survey.title,
        intro=survey.intro,
        questions=[_like(question, SurveyQuestion, "position", *_QUESTION) for question in survey.questions],
        created_at=now,
    )
    db.session.add(survey_copy)
    db.session.flush()
    _point_conditions(survey.questions, survey_copy.questions)


def _point_conditions(questions: Sequence[AnyQuestion], copies: Sequence[AnyQuestion]) -> None:
    """Make conditions on answers to other questions look at the copies of those."""
    copy_of = {question.id: copy.id for question, copy in zip(questions, copies, strict=True)}
    for copy in copies:
        if copy.condition.question_id is not None:
            copy.condition = replace(copy.condition, question_id=copy_of[copy.condition.question_id])


def _like(row: Any, model: type[Any], *names: str) -> Any:
    return model(**{name: getattr(row, name) for name in names})

"""The programme of a sample event: sessions, tracks, rooms and speakers."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from sqlalchemy import insert

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.agenda.sessions import AnnouncedSession
from eventhub.domain.enums import AgendaKind, AuditAction
from eventhub.models import AgendaItem, Event, Region, Room, Speaker, Track, agenda_item_speaker
from eventhub.services.audit import record
from eventhub.services.pictures import keep

from . import pictures as demo_pictures
from .events import SampleReferences
from .facts import ZONE, helsinki_time, sample_data, translated


def add_programme(event: Event, maker: SampleReferences, facts: dict[str, Any]) -> None:
    """Add the agenda with its tracks, rooms and speakers, and the history so far."""
    tracks = {
        one["key"]: Track(name=translated(one, "name"), position=n) for n, one in enumerate(facts.get("tracks", []))
    }
    rooms = {one["key"]: Room(name=translated(one, "name"), position=n) for n, one in enumerate(facts.get("rooms", []))}
    agenda = facts.get("agenda", [])
    speakers = {key: _speaker(key) for key in dict.fromkeys(key for item in agenda for key in item.get("speakers", []))}
    event.tracks, event.rooms, event.speakers = list(tracks.values()), list(rooms.values()), list(speakers.values())
    day = event.starts_at.astimezone(ZONE).date()
    for position, item in enumerate(agenda):
        starts_at = helsinki_time(day, item["at"])
        event.agenda.append(
            AgendaItem(
                kind=AgendaKind(item["kind"]),
                title=translated(item, "title"),
                description=translated(item, "description"),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=item["minutes"]),
                position=position,
                track=tracks.get(item.get("track", "")),
                room=rooms.get(item.get("room", "")),
                survey_id=maker.surveys[item["survey"]].id if "survey" in item else None,
            )
        )
    db.session.flush()
    talks = [
        {"agenda_item_id": slot.id, "speaker_id": speakers[key].id, "position": order}
        for slot, item in zip(event.agenda, agenda, strict=True)
        for order, key in enumerate(item.get("speakers", []))
    ]
    if talks:
        db.session.execute(insert(agenda_item_speaker), talks)
    if event.published_at is not None:
        event.agenda_told = [
            AnnouncedSession(
                slot.id, slot.title, slot.starts_at.astimezone(UTC), slot.ends_at.astimezone(UTC)
            ).as_json()
            for slot in event.agenda
        ]
    record(AuditAction.CREATED, actor=SYSTEM, now=event.created_at, event=event)
    if event.published_at is not None:
        record(AuditAction.PUBLISHED, actor=SYSTEM, now=event.published_at, event=event)


def _speaker(key: str) -> Speaker:
    """Return a speaker who is a role, never an invented person."""
    roles = sample_data("speakers.toml")
    said = roles[key]
    return Speaker(
        name=translated(said, "name"),
        title=translated(said, "title"),
        organisation=(
            db.session.get_one(Region, said["region"]).name if "region" in said else translated(said, "organisation")
        ),
        picture_digest=keep(demo_pictures.portrait(list(roles).index(key))),
    )

"""The facts of the sample events, from the files in `samples/data`, and their days."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import AttendanceMode, EventKind, HostRole
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import Organisation
from eventhub.samples import DATA
from eventhub.services.reference import rows

if TYPE_CHECKING:
    from holidays import HolidayBase

ZONE: Final = ZoneInfo("Europe/Helsinki")

_STREET: Final = {"fi": "Esimerkkikatu 1", "sv": "Exempelgatan 1", "en": "Esimerkkikatu 1"}


def sample_events() -> Iterator[dict[str, Any]]:
    """Yield the facts of each event: one file each, and the twenty regional discussions that were held."""
    for path in sorted((DATA / "events").glob("*.toml")):
        yield sample_data(f"events/{path.name}")
    yield from _regional_discussions()


def starts_on(facts: dict[str, Any], *, now: datetime) -> date:
    """Return the day of a sample event: the file's, or a working day so many days from now.

    A negative number is in the past; upcoming events avoid the weeks around Christmas.
    """
    if "on" in facts:
        return date.fromisoformat(str(facts["on"]))
    day = working_day_from(now.astimezone(ZONE).date() + timedelta(days=facts["in_days"]))
    while facts["in_days"] > 1 and ((day.month == 12 and day.day > 21) or (day.month == 1 and day.day < 7)):
        day = working_day_from(day + timedelta(days=1))
    return day


@cache
def sample_data(name: str) -> dict[str, Any]:
    """Return the content of a file in `samples/data`."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _regional_discussions() -> Iterator[dict[str, Any]]:
    common = sample_data("regional-discussions.toml")
    regions = common["regions"]
    bilingual = {row["code"] for row in rows("regions.csv") if row["bilingual"] == "yes"}
    for number, (code, said) in enumerate(sorted(regions.items())):
        texts = {
            name: {language: text.format(**said) for language, text in common[name].items()}
            for name in ("title", "summary", "description", "practical", "venue")
        }
        yield {
            **common,
            **texts,
            "slug": f"regional-discussion-{code}",
            "kind": EventKind.REGIONAL_DISCUSSION,
            "attendance_mode": AttendanceMode.IN_PERSON,
            "language": Language.FI,
            "spoken": ["fi", "sv"] if code in bilingual else ["fi"],
            "regions": [code],
            "on": said["on"],
            "address": _STREET if code in bilingual else dict.fromkeys(_STREET, _STREET["fi"]),
            "hosts": [{"organisation": common["host"], "role": HostRole.LEAD}],
            "registrations": 9 + (number * 7) % 13,
        }


@cache
def _finnish_holidays() -> HolidayBase:
    """Return Finland's public holidays, with Midsummer Eve and Christmas Eve."""
    from holidays import country_holidays  # here: it loads all countries, and every command imports this module

    return country_holidays("FI")


def _is_working_day(day: date) -> bool:
    return _finnish_holidays().is_working_day(day)


def working_day_from(day: date) -> date:
    """Return that day, or the first working day after it."""
    while not _is_working_day(day):
        day += timedelta(days=1)
    return day


def working_day_until(day: date) -> date:
    """Return that day, or the last working day before it."""
    while not _is_working_day(day):
        day -= timedelta(days=1)
    return day


def helsinki_time(day: date, clock: time) -> datetime:
    """Return that time of the day in Helsinki."""
    return datetime.combine(day, clock, tzinfo=ZONE)


def translated(facts: dict[str, Any], name: str) -> TranslatedText:
    """Return a text of the facts, empty when it is not there."""
    return TranslatedText(facts.get(name, {}))


def organisation_of(slug: str) -> Organisation:
    """Return the organisation of the slug."""
    return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()

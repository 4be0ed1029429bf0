"""VTIMEZONE components, derived from the transitions in ``zoneinfo``.

A calendar entry in a named zone carries that zone's rules along (RFC 5545, 3.6.5). Clients are strict about their
shape: Outlook wants one STANDARD and one DAYLIGHT with a yearly rule each, or one STANDARD alone. So only that is
written here, for one year at a time, and only when it agrees with ``zoneinfo`` in the whole of that year. A zone
with any other number of transitions in the year has no such component. Its entries are written in UTC, which names
the same instant in every calendar.

Rejected: ``icalendar``'s ``add_missing_timezones()``. It lists every transition from 1970 to 2038, puts some of
them at the wrong wall-clock time, and its output depends on when it is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from eventhub.domain.errors import UnsupportedTimezone

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
MIDNIGHT = time.min

Kind = type[TimezoneStandard] | type[TimezoneDaylight]


@dataclass(frozen=True, slots=True)
class YearlyOnset:
    """The yearly moment at which a zone changes from one offset to another.

    ``week`` counts weekdays from the month's beginning (1 to 4), or from its end (-1). ``at`` is the wall-clock
    time just before the change, as a distance from midnight, as RFC 5545 wants it in an observance's DTSTART.
    """

    name: str
    before: timedelta
    after: timedelta
    month: int
    weekday: int
    week: int
    at: timedelta

    def wall(self, year: int) -> datetime:
        """Return the onset in a year, in the wall-clock time just before the change."""
        return datetime.combine(nth_weekday(year, self.month, self.weekday, self.week), MIDNIGHT) + self.at

    def instant(self, year: int) -> datetime:
        """Return the onset in a year, in UTC."""
        return (self.wall(year) - self.before).replace(tzinfo=UTC)

    @property
    def rule(self) -> vRecur:
        """Return the RRULE."""
        return vRecur(
            {"FREQ": "YEARLY", "BYMONTH": self.month, "BYDAY": f"{self.week}{WEEKDAYS[self.weekday]}"},
        )


@dataclass(frozen=True, slots=True)
class ZoneYear:
    """A zone's offsets in one year: one offset throughout, or two yearly onsets."""

    zone: str
    year: int
    offset: timedelta
    name: str
    onsets: tuple[YearlyOnset, ...] = ()

    def offset_at(self, instant: datetime) -> timedelta:
        """Return the offset at an instant of any year, as a calendar would read these rules."""
        if not self.onsets:
            return self.offset
        years = (instant.year - 1, instant.year, instant.year + 1)
        past = [(onset.instant(year), onset.after) for onset in self.onsets for year in years]
        return max(change for change in past if change[0] <= instant)[1]

    def holds_for(self, instant: datetime) -> bool:
        """Return whether these rules agree with ``zoneinfo`` at an instant."""
        return self.offset_at(instant) == _offset(ZoneInfo(self.zone), instant)


def zone(name: str) -> ZoneInfo:
    """Return the time zone of that name. Raises: UnsupportedTimezone when the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise UnsupportedTimezone(name) from unknown


def rules_covering(name: str, instants: Iterable[datetime]) -> ZoneYear | None:
    """Return the rules of the earliest instant's year, or None when they would be wrong for it.

    For later instants call ``holds_for``: a feed may reach beyond a year in which the law changes.

    Raises: UnsupportedTimezone.
    """
    first = min(instants).astimezone(zone(name))
    rules = zone_year(name, first.year)
    return rules if rules is not None and rules.holds_for(first.astimezone(UTC)) else None


@lru_cache(maxsize=512)
def zone_year(name: str, year: int) -> ZoneYear | None:
    """Return a zone's rules in a year, or None when no pair of yearly rules describes it.

    Raises: UnsupportedTimezone.
    """
    local = zone(name)
    changes = list(_changes(local, year))
    if not changes:
        noon = datetime(year, 7, 1, tzinfo=UTC).astimezone(local)
        return ZoneYear(name, year, _offset(local, noon), noon.tzname() or name)
    if len(changes) != 2 or changes[0].before != changes[1].after:
        return None
    return ZoneYear(name, year, changes[1].after, changes[1].name, tuple(changes))


@lru_cache(maxsize=512)
def vtimezone(rules: ZoneYear) -> bytes:
    """Return the VTIMEZONE. Its observances begin a year early, so that each instant lies after one.

    Cached: it is half of an invitation's bytes, and the same for all of them.
    """
    timezone = Timezone()
    timezone.add("TZID", rules.zone)
    if not rules.onsets:
        start = datetime.combine(date(rules.year - 1, 1, 1), MIDNIGHT)
        timezone.add_component(
            _observance(TimezoneStandard, rules.name, before=rules.offset, after=rules.offset, start=start)
        )
    else:
        kinds: tuple[Kind, Kind] = (TimezoneStandard, TimezoneDaylight)
        for kind, onset in zip(kinds, sorted(rules.onsets, key=lambda onset: onset.after), strict=True):
            start = onset.wall(rules.year - 1)
            observance = _observance(kind, onset.name, before=onset.before, after=onset.after, start=start)
            observance.add("RRULE", onset.rule)
            timezone.add_component(observance)
    data: bytes = timezone.to_ical()
    return data


def nth_weekday(year: int, month: int, weekday: int, week: int) -> date:
    """Return the first to fourth (1 to 4) or the last (-1) such weekday of a month; Monday is 0."""
    if week == LAST:
        following = date(year + month // 12, month % 12 + 1, 1)
        last = following - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=week - 1)


def _changes(local: ZoneInfo, year: int) -> Iterator[YearlyOnset]:
    """Yield the transitions within a calendar year of the zone.

    Each day is compared with the next; a bisection then finds the second of the change.
    """
    day = datetime(year, 1, 1, tzinfo=local).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=local).astimezone(UTC)
    while day < end:
        following = min(day + timedelta(days=1), end)
        if _offset(local, day) != _offset(local, following):
            yield _onset(local, _first_second_after_change(local, day, following))
        day = following


def _first_second_after_change(local: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(local, middle) == _offset(local, before):
            before = middle
        else:
            after = middle
    return after


def _onset(local: ZoneInfo, instant: datetime) -> YearlyOnset:
    earlier = _offset(local, instant - timedelta(seconds=1))
    wall = (instant + earlier).replace(tzinfo=None)
    in_last_week = (wall + timedelta(weeks=1)).month != wall.month
    return YearlyOnset(
        name=instant.astimezone(local).tzname() or str(local),
        before=earlier,
        after=_offset(local, instant),
        month=wall.month,
        weekday=wall.weekday(),
        week=LAST if in_last_week else (wall.day - 1) // 7 + 1,
        at=wall - datetime.combine(wall.date(), MIDNIGHT),
    )


def _offset(local: ZoneInfo, instant: datetime) -> timedelta:
    offset = instant.astimezone(local).utcoffset()
    assert offset is not None
    return offset


def _observance(
    kind: Kind,
    name: str,
    *,
    before: timedelta,
    after: timedelta,
    start: datetime,
) -> Component:
    observance: Component = kind()
    observance.add("TZNAME", name)
    observance.add("TZOFFSETFROM", before)
    observance.add("TZOFFSETTO", after)
    observance.add("DTSTART", start)
    return observance

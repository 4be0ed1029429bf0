"""Dates, times and numbers as people here write them.

Babel's `sv_FI` prints dates the way of Sweden (2022-03-22) and `en` the American way, so the patterns stand here.
All instants are aware; `timezone` is a zone name such as "Europe/Helsinki".
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .languages import Language

_NBSP = "\N{NO-BREAK SPACE}"
_WEEKDAYS = {
    Language.FI: ("ma", "ti", "ke", "to", "pe", "la", "su"),
    Language.SV: ("må", "ti", "on", "to", "fr", "lö", "sö"),
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def local(instant: datetime, timezone: str) -> datetime:
    """The instant on the wall clock of `timezone`."""
    return instant.astimezone(ZoneInfo(timezone))


def instants(day: date, clock: time, timezone: str) -> tuple[datetime, ...]:
    """When a wall clock in `timezone` shows that, in UTC: once, but twice as it is set back and never as it is set on.

    Two times with the same ZoneInfo are compared by Python as they stand on the clock, so instants are in UTC.
    """
    wall, zone = datetime.combine(day, clock), ZoneInfo(timezone)
    found = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(dict.fromkeys(one for one in found if local(one, timezone).replace(tzinfo=None) == wall))


def shows(instant: datetime, day: date, clock: time, timezone: str) -> bool:
    """Whether a wall clock in `timezone` shows that, to the minute, at the instant."""
    wall = local(instant, timezone).replace(second=0, microsecond=0, tzinfo=None)
    return wall == datetime.combine(day, clock)


def day(instant: datetime, language: str, timezone: str, *, weekday: bool = True) -> str:
    """`ti 22.3.2022`, `ti 22.3.2022`, `Tue 22 March 2022`."""
    at = local(instant, timezone)
    language = Language(language)
    name = _WEEKDAYS[language][at.weekday()] + " " if weekday else ""
    if language is Language.EN:
        return f"{name}{at.day} {_MONTHS_EN[at.month - 1]} {at.year}"
    return f"{name}{at.day}.{at.month}.{at.year}"


def clock(instant: datetime, language: str, timezone: str) -> str:
    """`9.00` in Finnish and Swedish, `9:00` in English."""
    at = local(instant, timezone)
    return f"{at.hour}{':' if Language(language) is Language.EN else '.'}{at.minute:02d}"


def when(start: datetime, end: datetime | None, language: str, timezone: str) -> str:
    """Day and time of something that lasts from `start` to `end`.

    `ti 22.3.2022 klo 9.00–11.30`, `ti 22.3.2022 kl. 9.00–11.30`, `Tue 22 March 2022, 9:00–11:30 (EET)`;
    over several days both days stand with their times. English, read by people abroad, names the zone.
    """
    language = Language(language)
    word = {Language.FI: " klo ", Language.SV: " kl. ", Language.EN: ", "}[language]
    text = day(start, language, timezone) + word + clock(start, language, timezone)
    if end is not None and end != start:
        if local(start, timezone).date() == local(end, timezone).date():
            text += f"–{clock(end, language, timezone)}"
        else:
            text += f" – {day(end, language, timezone)}{word}{clock(end, language, timezone)}"
    if language is Language.EN:
        text += f" ({local(start, timezone).tzname()})"
    return text


def span(start: datetime, end: datetime, language: str, timezone: str) -> str:
    """Times alone: `9.00–11.30`, `9:00–11:30`."""
    return f"{clock(start, language, timezone)}–{clock(end, language, timezone)}"


def whole_days_until(instant: datetime, *, now: datetime, timezone: str) -> int:
    """Midnights between now and then on the event's wall clock: 0 today, 1 tomorrow, negative when past."""
    return (local(instant, timezone).date() - local(now, timezone).date()) // timedelta(days=1)


def share(part: int, whole: int) -> int:
    """Whole per cent, halves up: 405 of 431 is 94; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def percent(part: int, whole: int, language: str) -> str:
    """A whole percentage, halves up: `94 %` with a no-break space, `94%` in English; a dash of nothing."""
    if whole == 0:
        return "–"
    value = share(part, whole)
    return f"{value}%" if Language(language) is Language.EN else f"{value}{_NBSP}%"


def number(value: int, language: str) -> str:
    """`1 300 000` with no-break spaces, `1,300,000` in English."""
    return f"{value:,}" if Language(language) is Language.EN else f"{value:,}".replace(",", _NBSP)


def decimal(value: float, language: str) -> str:
    """One decimal, halves up: `4,3` in Finnish and Swedish, `4.3` in English."""
    tenths = int(value * 10 + 0.5)
    return f"{tenths // 10}{'.' if Language(language) is Language.EN else ','}{tenths % 10}"

"""Dates, times and numbers as they are written in Finland.

Babel's `sv_FI` prints dates as in Sweden (2022-03-22) and `en` as in America, so the patterns are spelled out here.
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
#: Within a sentence: on Monday.
_WEEKDAYS_IN_WORDS = {
    Language.FI: (
        "maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina", "sunnuntaina",
    ),
    Language.SV: ("måndagen", "tisdagen", "onsdagen", "torsdagen", "fredagen", "lördagen", "söndagen"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}  # fmt: skip
_MONTHS_SV = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
#: Between day and time: a line never breaks between "klo" and 9.00.
_AT = {Language.FI: f" klo{_NBSP}", Language.SV: f" kl.{_NBSP}", Language.EN: ", "}


def local(instant: datetime, timezone: str) -> datetime:
    """Return the instant in the wall-clock time of `timezone`."""
    return instant.astimezone(ZoneInfo(timezone))


def instants(day: date, clock: time, timezone: str) -> tuple[datetime, ...]:
    """Return the UTC instants at which a wall clock in `timezone` shows this day and time.

    One instant; two in the hour that is repeated when daylight saving time ends; none in the hour that is skipped
    when it begins. Python compares two times with the same ZoneInfo by their wall-clock values, so instants are in
    UTC.
    """
    wall, zone = datetime.combine(day, clock), ZoneInfo(timezone)
    # fold (PEP 495): 0 and 1 differ only in the repeated and the skipped hour; a skipped time does not survive the
    # way back.
    found = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(dict.fromkeys(one for one in found if local(one, timezone).replace(tzinfo=None) == wall))


def shows(instant: datetime, day: date, clock: time, timezone: str) -> bool:
    """Return whether a wall clock in `timezone` shows this day and time at the instant, to the minute."""
    wall = local(instant, timezone).replace(second=0, microsecond=0, tzinfo=None)
    return wall == datetime.combine(day, clock)


def day(instant: datetime, language: str, timezone: str, *, weekday: bool = True) -> str:
    """Return the day: `ti 22.3.2022`, `ti 22.3.2022`, `Tue 22 March 2022`."""
    at = local(instant, timezone)
    language = Language(language)
    name = _WEEKDAYS[language][at.weekday()] + " " if weekday else ""
    if language is Language.EN:
        return f"{name}{at.day} {_MONTHS_EN[at.month - 1]} {at.year}"
    return f"{name}{at.day}.{at.month}.{at.year}"


def day_in_words(instant: datetime, language: str, timezone: str) -> str:
    """Return a day within a sentence.

    `torstaina 26.11.2026`, `torsdagen den 26 november 2026`, `Thursday 26 November 2026`.
    """
    at = local(instant, timezone)
    language = Language(language)
    name = _WEEKDAYS_IN_WORDS[language][at.weekday()]
    if language is Language.SV:
        return f"{name} den {at.day} {_MONTHS_SV[at.month - 1]} {at.year}"
    return f"{name} {day(instant, language, timezone, weekday=False)}"


def when_in_words(instant: datetime, language: str, timezone: str) -> str:
    """Return day and time within a sentence.

    `torstaina 26.11.2026 klo 9.00`, `torsdagen den 26 november 2026 kl. 9.00`, `Thursday 26 November 2026, 9:00 (EET)`.
    """
    text = day_in_words(instant, language, timezone) + _AT[Language(language)] + clock(instant, language, timezone)
    return text + _zone(instant, language, timezone)


def clock(instant: datetime, language: str, timezone: str) -> str:
    """Return the time: `9.00` in Finnish and Swedish, `9:00` in English."""
    at = local(instant, timezone)
    return f"{at.hour}{':' if Language(language) is Language.EN else '.'}{at.minute:02d}"


def when(start: datetime, end: datetime | None, language: str, timezone: str) -> str:
    """Return day and time of something that lasts from `start` to `end`.

    `ti 22.3.2022 klo 9.00–11.30`, `ti 22.3.2022 kl. 9.00–11.30`, `Tue 22 March 2022, 9:00–11:30 (EET)`; over
    several days both days are written with their times. English is also read abroad, so it names the zone.
    """
    language = Language(language)
    word = _AT[language]
    text = day(start, language, timezone) + word + clock(start, language, timezone)
    if end is not None and end != start:
        if local(start, timezone).date() == local(end, timezone).date():
            text += f"–{clock(end, language, timezone)}"
        else:
            text += f" – {day(end, language, timezone)}{word}{clock(end, language, timezone)}"
    return text + _zone(start, language, timezone)


def _zone(instant: datetime, language: str, timezone: str) -> str:
    return f" ({local(instant, timezone).tzname()})" if Language(language) is Language.EN else ""


def span(start: datetime, end: datetime, language: str, timezone: str) -> str:
    """Return the times alone: `9.00–11.30`, `9:00–11:30`."""
    return f"{clock(start, language, timezone)}–{clock(end, language, timezone)}"


def whole_days_until(instant: datetime, *, now: datetime, timezone: str) -> int:
    """Return the midnights from now until the instant in `timezone`: 0 today, 1 tomorrow, < 0 past."""
    return (local(instant, timezone).date() - local(now, timezone).date()) // timedelta(days=1)


def share(part: int, whole: int) -> int:
    """Return whole per cent, halves rounded up: 405 of 431 is 94; 0 when `whole` is 0."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def percent(part: int, whole: int, language: str) -> str:
    """Return a whole percentage: `94 %` with a no-break space, `94%` in English; a dash when `whole` is 0."""
    if whole == 0:
        return "–"
    value = share(part, whole)
    return f"{value}%" if Language(language) is Language.EN else f"{value}{_NBSP}%"


def number(value: int, language: str) -> str:
    """Return `1 300 000` with no-break spaces, `1,300,000` in English."""
    return f"{value:,}" if Language(language) is Language.EN else f"{value:,}".replace(",", _NBSP)


def decimal(value: float, language: str) -> str:
    """Return one decimal, halves rounded up: `4,3` in Finnish and Swedish, `4.3` in English."""
    tenths = int(value * 10 + 0.5)
    return f"{tenths // 10}{'.' if Language(language) is Language.EN else ','}{tenths % 10}"

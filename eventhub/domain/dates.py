"""Dates, times and numbers as they are written in Finland.

Babel's `sv_FI` prints dates as in Sweden (2022-03-22) and `en` as in America, so the patterns are spelled out here.
All instants are aware; `timezone` is a zone name such as "Europe/Helsinki". A time's zone is named in English, and in
every language when it is not Finland's or the reader may be elsewhere.
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
#: The zones whose clocks show Finland's time.
_FINLAND = frozenset({"Europe/Helsinki", "Europe/Mariehamn"})
_FINNISH_TIME = {Language.FI: "Suomen aikaa", Language.SV: "finsk tid"}
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
    return _when(
        start, end, language, timezone, zones=(_zone(start, language, timezone), _zone(end, language, timezone))
    )


def when_for_readers_abroad(start: datetime, end: datetime | None, language: str, timezone: str) -> str:
    """Return `when` with the zone in every language, for letters whose readers may be in another zone.

    `ti 22.3.2022 klo 9.00–11.30 (Suomen aikaa)`, `ti 22.3.2022 kl. 9.00–11.30 (finsk tid)`.
    """
    language = Language(language)
    if timezone in _FINLAND and language in _FINNISH_TIME:
        note = f" ({_FINNISH_TIME[language]})"
        return _when(start, end, language, timezone, zones=(note, note))
    return when(start, end, language, timezone)


def _when(start: datetime, end: datetime | None, language: Language, timezone: str, *, zones: tuple[str, str]) -> str:
    """Return day and time with the zones of start and end, once where they are the same."""
    word = _AT[language]
    text = day(start, language, timezone) + word + clock(start, language, timezone)
    if end is None or end == start:
        return text + zones[0]
    if zones[0] != zones[1]:  # daylight saving time begins or ends between them
        text += zones[0]
    if local(start, timezone).date() == local(end, timezone).date():
        return f"{text}–{clock(end, language, timezone)}{zones[1]}"
    return f"{text} – {day(end, language, timezone)}{word}{clock(end, language, timezone)}{zones[1]}"


def zone_name(instant: datetime, timezone: str) -> str:
    """Return the zone's usual abbreviation at an instant, or its offset: `CET`, `UTC+03`."""
    name = local(instant, timezone).tzname() or timezone
    return f"UTC{name}" if name.startswith(("+", "-")) else name


def foreign_zone(instant: datetime, timezone: str) -> str:
    """Return the zone's name when it is not Finland's; empty when it is."""
    return "" if timezone in _FINLAND else zone_name(instant, timezone)


def _zone(instant: datetime | None, language: str, timezone: str) -> str:
    if instant is None or (timezone in _FINLAND and Language(language) is not Language.EN):
        return ""
    return f" ({zone_name(instant, timezone)})"


def clock_with_zone(instant: datetime, language: str, timezone: str) -> str:
    """Return the time with its zone where `when` names it: `9.00`, `9.00 (CET)`, `9:00 (EET)`."""
    return clock(instant, language, timezone) + _zone(instant, language, timezone)


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

"""The check before publishing: what participants will need, and what of it is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from eventhub.domain.enums import Attendance, AttendanceMode, EventStatus, HostRole
from eventhub.domain.events.lifespan import is_over
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText


class Missing(StrEnum):
    """Something that is missing or wrong; MAY_WAIT names what an organiser may publish without."""

    TITLE = "title"
    FINNISH = "fi"
    SWEDISH = "sv"
    ENGLISH = "en"
    FORM = "form"
    AGENDA = "agenda"
    BEGUN = "begun"
    PAST = "past"
    LEAD = "lead"
    CONTACT = "contact"
    JOIN_LINK = "join_link"
    VENUE = "venue"
    CAPACITY = "capacity"
    NO_LIMIT = "no_limit"
    WINDOW = "window"


#: Missing translations: a page says so when a text exists in another language only.
OF_LANGUAGES: Final = frozenset({Missing.FINNISH, Missing.SWEDISH, Missing.ENGLISH, Missing.FORM, Missing.AGENDA})
#: What an organiser may publish without, knowingly. People who register after the start still get the join link. A
#: room without a capacity limit exists, but is rare.
MAY_WAIT: Final = OF_LANGUAGES | {Missing.BEGUN, Missing.NO_LIMIT}
#: What an event that participants were notified of must not lose again.
MUST_STAY: Final = frozenset({Missing.PAST, Missing.CONTACT, Missing.JOIN_LINK, Missing.VENUE})


class HostLike(Protocol):
    @property
    def role(self) -> HostRole: ...


class PlacesLike(Protocol):
    @property
    def attendance(self) -> Attendance: ...
    @property
    def capacity(self) -> int | None: ...


class QuestionTexts(Protocol):
    @property
    def label(self) -> TranslatedText: ...


class ItemLike(Protocol):
    @property
    def title(self) -> TranslatedText: ...


class Publishable(Protocol):
    """An event, as far as the check reads it."""

    status: EventStatus
    attendance_mode: AttendanceMode
    language: Language
    title: TranslatedText
    summary: TranslatedText
    description: TranslatedText
    practical: TranslatedText
    starts_at: datetime
    ends_at: datetime
    venue: TranslatedText
    address: TranslatedText
    join_url: str | None
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    external_url: TranslatedText
    contact_email: str

    @property
    def hosts(self) -> Iterable[HostLike]: ...
    @property
    def places(self) -> Iterable[PlacesLike]: ...
    @property
    def questions(self) -> Iterable[QuestionTexts]: ...
    @property
    def agenda(self) -> Iterable[ItemLike]: ...


def missing_languages(event: Publishable) -> tuple[Language, ...]:
    """Return the languages in which one of the event's texts is missing.

    A text that is written in no language does not count.
    """
    texts = [text for text in (event.title, event.summary, event.description, event.practical) if text]
    return tuple(language for language in LANGUAGES if not texts or not _in_language(texts, language))


def missing_for_publishing(event: Publishable, *, now: datetime) -> tuple[Missing, ...]:
    """Return what prevents publishing, in the order in which an organiser mends it.

    An event with an external registration page needs no join link, no contact and no places of its own: that page
    has them.
    """
    own = not event.external_url
    online = event.attendance_mode is not AttendanceMode.IN_PERSON
    on_site = event.attendance_mode is not AttendanceMode.ONLINE
    opens, closes = event.registration_opens_at, event.registration_closes_at
    found = {
        Missing.TITLE: not event.title,
        **{Missing(language): True for language in missing_languages(event)},
        Missing.FORM: own and not _in_all_languages(question.label for question in event.questions),
        Missing.AGENDA: not _in_all_languages(item.title for item in event.agenda),
        Missing.BEGUN: event.starts_at <= now and not is_over(event, now=now),
        Missing.PAST: is_over(event, now=now),
        Missing.LEAD: not any(host.role is HostRole.LEAD for host in event.hosts),
        Missing.CONTACT: own and not event.contact_email,
        Missing.JOIN_LINK: own and online and not event.join_url,
        Missing.VENUE: on_site and not event.venue and not event.address,
        Missing.CAPACITY: own and any(places.capacity == 0 for places in event.places),
        Missing.NO_LIMIT: own
        and any(places.attendance is Attendance.IN_PERSON and places.capacity is None for places in event.places),
        Missing.WINDOW: own
        and (
            (closes is not None and (closes <= now or closes > event.ends_at))
            or (opens is not None and opens >= (closes or event.ends_at))
        ),
    }
    return tuple(gap for gap in Missing if found.get(gap))


def _in_language(texts: Iterable[TranslatedText], language: Language) -> bool:
    return all(language in text for text in texts)


def _in_all_languages(texts: Iterable[TranslatedText]) -> bool:
    written = list(texts)
    return all(_in_language(written, language) for language in LANGUAGES)


def blocking(missing: Iterable[Missing]) -> tuple[Missing, ...]:
    """Return those that must be mended before publishing."""
    return tuple(gap for gap in missing if gap not in MAY_WAIT)

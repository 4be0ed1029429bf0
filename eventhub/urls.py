"""Addresses in letters and calendar entries: absolute, and built without a request.

They begin with the setting `EVENTHUB_PUBLIC_URL`, since a worker that renders a letter has no request.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from eventhub.domain.access.tokens import Purpose, token
from eventhub.domain.languages import Language

from .models import Event, Registration, SurveyInvitation
from .settings import current_settings


def home(language: Language) -> str:
    """The service's front page."""
    return f"{current_settings().public_url}/{language}/"


def event_page(event: Event, language: Language) -> str:
    """What everybody may see of an event."""
    return f"{current_settings().public_url}/{language}/events/{quote(event.slug)}"


def own_page(registration: Registration) -> str:
    """A person's own page, where a registration is changed or cancelled. For her alone; never in a calendar entry."""
    return (
        f"{current_settings().public_url}/{registration.language}/r/{_token(registration.manage_key, Purpose.MANAGE)}"
    )


def join(registration: Registration) -> str:
    """A person's own join link, which leads on to the webinar when it is time."""
    return f"{current_settings().public_url}/j/{_token(registration.join_key, Purpose.JOIN)}"


def survey(invitation: SurveyInvitation, language: Language) -> str:
    """The survey, to be answered once."""
    return f"{current_settings().public_url}/{language}/s/{_token(invitation.key, Purpose.SURVEY)}"


def sign_in(given: str, language: Language) -> str:
    """Where a member of staff signs in once."""
    return f"{current_settings().public_url}/{language}/account/link/{given}"


def host() -> str:
    """The service's host name, which makes identifiers of this installation differ from any other's."""
    return urlsplit(current_settings().public_url).hostname or "localhost"


def _token(key: str, purpose: Purpose) -> str:
    return token(key, purpose, secret=current_settings().secret_key)

"""Addresses in letters and calendar entries: absolute, and built without a request.

They begin with the setting `EVENTHUB_PUBLIC_URL`, since a worker that renders a letter has no request.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlsplit

from eventhub.domain.access.tokens import Purpose, fresh_token, token
from eventhub.domain.languages import Language

from .models import Event, Registration, SurveyInvitation
from .settings import current_settings


def home(language: Language) -> str:
    """Return the service's front page."""
    return f"{current_settings().public_url}/{language}/"


def event_page(event: Event, language: Language) -> str:
    """Return an event's public page."""
    return f"{current_settings().public_url}/{language}/events/{quote(event.slug)}"


def own_links(event: Event, language: Language) -> str:
    """Return the page on which people have their own links mailed to them."""
    return f"{event_page(event, language)}/my-link"


def own_page(registration: Registration) -> str:
    """Return a registration's own page, for its person only; never in a calendar entry."""
    return (
        f"{current_settings().public_url}/{registration.language}/r/{_token(registration.manage_key, Purpose.MANAGE)}"
    )


def put_back_page(registration: Registration) -> str:
    """Return the page on which a person takes their cancellation back."""
    return f"{own_page(registration)}/put-back"


def fresh_own_page(registration: Registration, *, until: datetime) -> str:
    """Return a registration's own page that shows everything until an instant; only in its letter."""
    secret = current_settings().secret_key
    address, _, given = own_page(registration).rpartition("/")
    return f"{address}/{fresh_token(given, until=until, secret=secret)}"


def join(registration: Registration) -> str:
    """Return a person's own join link, which redirects to the webinar at its time."""
    return f"{current_settings().public_url}/j/{_token(registration.join_key, Purpose.JOIN)}"


def survey(invitation: SurveyInvitation, language: Language) -> str:
    """Return the address at which an invitation is answered once."""
    return f"{current_settings().public_url}/{language}/s/{_token(invitation.key, Purpose.SURVEY)}"


def new_address(given: str, language: Language) -> str:
    """Return the address at which a token confirms a person's new email address."""
    return f"{current_settings().public_url}/{language}/address/{given}"


def sign_in(given: str, language: Language) -> str:
    """Return the address at which a token signs a member of staff in."""
    return f"{current_settings().public_url}/{language}/account/link/{given}"


def host() -> str:
    """Return the service's host name, which makes this installation's identifiers unique."""
    return urlsplit(current_settings().public_url).hostname or "localhost"


def _token(key: str, purpose: Purpose) -> str:
    return token(key, purpose, secret=current_settings().secret_key)

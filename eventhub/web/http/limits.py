"""Rate limits on forms and on signing in.

They stop programs, not offices: 300 people behind one address who all register within ten minutes of a newsletter,
some of them twice, stay below the default. Requests count for their network: an IPv4 address, or an IPv6 /64.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import structlog
from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from eventhub.domain.access.networks import network_of
from eventhub.settings import Settings

from . import limit_counts

#: Participants' forms, per network.
FORMS: Final = "1200 per 10 minutes"
#: Registrations for one event from one network that were accepted: a short window and a long one.
REGISTRATIONS: Final = "360 per 10 minutes; 600 per day"
#: Signing in, per network; the account blueprint adds one per account.
SIGN_IN: Final = "60 per 10 minutes"

log = structlog.get_logger(__name__)


def _note(breach: RequestLimit) -> None:
    """Log which limit was exceeded on which route, without the person."""
    log.warning("limit_exceeded", route=request.url_rule.rule if request.url_rule else None, limit=str(breach.limit))


def network() -> str:
    """Return the network that the request counts for."""
    return network_of(get_remote_address())


def event_and_network() -> str:
    """Return the key that counts a network's registrations for one event."""
    return f"{(request.view_args or {}).get('slug')}/{network()}"


def was_accepted(response: Response) -> bool:
    """Return whether a form was accepted, so that corrections of a form do not count."""
    return response.status_code in {302, 303}


limiter = Limiter(network, headers_enabled=True, on_breach=_note)


def init_app(app: Flask, settings: Settings) -> None:
    redis = settings.broker_url.startswith(("redis://", "rediss://"))
    file = f"{limit_counts.SCHEME}://{quote(str(settings.data_dir / 'limits.sqlite3'))}"
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.broker_url if redis else file,
        # Without Redis or the file people can still register: this process's memory counts.
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_KEY_PREFIX="eventhub",
    )
    limiter.init_app(app)

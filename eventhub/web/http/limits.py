"""Rate limits on forms and on signing in.

They stop programs, not offices: 300 people behind one address who all register within ten minutes of a newsletter,
some of them twice, stay below the default.
"""

from __future__ import annotations

from typing import Final

import structlog
from flask import Flask, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from eventhub.settings import Settings

#: Participants' forms, per IP address.
FORMS: Final = "1200 per 10 minutes"
#: Signing in, per IP address; the account blueprint adds one per account.
SIGN_IN: Final = "60 per 10 minutes"

log = structlog.get_logger(__name__)


def _note(breach: RequestLimit) -> None:
    """Log which limit was exceeded on which route, without the person."""
    log.warning("limit_exceeded", route=request.url_rule.rule if request.url_rule else None, limit=str(breach.limit))


limiter = Limiter(get_remote_address, headers_enabled=True, on_breach=_note)


def init_app(app: Flask, settings: Settings) -> None:
    redis = settings.broker_url.startswith(("redis://", "rediss://"))
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.broker_url if redis else "memory://",
        # Without Redis people can still register: the limit falls back to this process's memory.
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=redis,
        RATELIMIT_KEY_PREFIX="eventhub",
    )
    limiter.init_app(app)

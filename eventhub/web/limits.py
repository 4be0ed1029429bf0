"""Rate limits on forms and on signing in.

They stop machines, not offices: 300 people behind one address who all register within ten minutes of a newsletter,
some of them twice, stay below the default.
"""

from __future__ import annotations

from typing import Final

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from ..settings import Settings

#: Participants' forms, per address.
FORMS: Final = "1200 per 10 minutes"
#: Signing in, per address; the accounts blueprint adds one per e-mail.
SIGN_IN: Final = "60 per 10 minutes"

limiter = Limiter(get_remote_address, headers_enabled=True)


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

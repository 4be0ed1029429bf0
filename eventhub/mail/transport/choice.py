"""The choice of the transport, by the settings."""

from __future__ import annotations

import threading

from eventhub.settings import Settings

from .base import Transport
from .maildir import MaildirTransport
from .smtp import Smtp, parse

_kept = threading.local()


def transport_for(settings: Settings) -> Transport:
    """Return this thread's transport, as the settings say."""
    kept: dict[str, Transport] = _kept.__dict__.setdefault("transports", {})
    name = settings.smtp_url or str(settings.mail_dir)
    if name not in kept:
        kept[name] = Smtp(parse(settings.smtp_url)) if settings.smtp_url else MaildirTransport(settings.mail_dir)
    return kept[name]

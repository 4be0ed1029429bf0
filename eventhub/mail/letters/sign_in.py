"""The link with which staff sign in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from eventhub import urls
from eventhub.domain.access.tokens import Purpose, token
from eventhub.domain.languages import Language
from eventhub.models import Message
from eventhub.settings import current_settings


def sign_in_context(message: Message, language: Language) -> dict[str, Any]:
    """Return the sign-in link and the minutes for which it works."""
    life = message.not_after - message.due_at if message.not_after is not None else timedelta()
    given = token(message.context["key"], Purpose.SIGN_IN, secret=current_settings().secret_key)
    return {"sign_in_url": urls.sign_in(given, language), "minutes": life // timedelta(minutes=1)}

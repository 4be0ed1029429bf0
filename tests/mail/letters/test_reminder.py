"""The reminder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventhub.domain.enums import MessageKind
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import render
from eventhub.models import Event
from tests.mail.writing import message_of
from tests.support.factories import make_registration


@pytest.mark.parametrize(
    ("language", "subject", "heading"),
    [
        (Language.FI, "Muistutus ma 9.3.2026 klo 11.00 – Työllisyysfoorumi", "Tervetuloa maanantaina 9.3.2026"),
        (Language.SV, "Påminnelse må 9.3.2026 kl. 11.00 – Sysselsättningsforum", "Välkommen måndagen den 9 mars 2026"),
        (
            Language.EN,
            "Reminder for Mon 9 March 2026, 11:00 (EET) – Työllisyysfoorumi",
            "See you on Monday 9 March 2026",
        ),
    ],
)
def test_reminder_names_the_day(event: Event, language: Language, subject: str, heading: str) -> None:
    person = make_registration(event, language=language)
    for before in (timedelta(hours=1), timedelta(days=1), timedelta(days=3)):
        letter = render(message_of(person, MessageKind.REMINDER), now=event.starts_at - before)
        assert letter.subject == subject
        assert letter.text.startswith(heading)
        assert letter.calendar is None

"""The letter that cancels an event."""

from __future__ import annotations

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import EventStatus, MessageKind
from eventhub.domain.languages import TranslatedText
from eventhub.mail import announcements
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Message, Registration
from tests.mail.writing import calendar_of, sent_invitation
from tests.support.factories import NOW
from tests.support.ical_linter import lint


def test_a_cancelled_event_goes_away_from_calendars(event: Event, remote: Registration) -> None:
    sent_invitation(remote)
    event.status = EventStatus.CANCELLED
    event.cancel_reason = TranslatedText(sv="Talaren har insjuknat.", fi="Puhuja on sairastunut.")
    announcements.event_cancelled(event, now=NOW)
    letter = render(
        db.session.scalars(select(Message).where(Message.kind == MessageKind.EVENT_CANCELLED)).one(), now=NOW
    )
    assert letter.subject == "Inställt – Sysselsättningsforum"
    assert "Talaren har insjuknat." in letter.text
    assert letter.calendar is not None
    assert letter.calendar.method is Method.CANCEL
    assert lint(letter.calendar.data) == []
    assert calendar_of(letter)["SEQUENCE"] == 1
    assert "/j/" not in letter.text

"""Changes: each person is told what is new to them, from what they last knew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import MessageKind, MessageState
from eventhub.domain.languages import TranslatedText
from eventhub.mail import announcements
from eventhub.mail.letters.changes import NothingNew
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Message, Registration
from tests.mail.writing import changed, message_of
from tests.support.factories import NOW, same


def test_two_changes_are_one_letter_from_the_last_known_values(event: Event, on_site: Registration) -> None:
    before = announcements.facts(event)
    event.starts_at += timedelta(hours=1)
    announcements.event_changed(event, before=before, now=NOW)
    overtaken = db.session.scalars(select(Message)).one()
    overtaken.state = MessageState.CANCELLED
    before = announcements.facts(event)
    event.venue = TranslatedText(fi="Finlandia-talo")
    announcements.event_changed(event, before=before, now=NOW)
    latest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert latest is not None
    text = render(latest, now=NOW).text
    assert "Aiemmin: ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.00" in text
    assert "Nyt: Finlandia-talo, Mannerheimintie 13 A" in text


def test_value_changed_back_is_not_in_the_letter(event: Event, on_site: Registration) -> None:
    starts_at, address = event.starts_at, event.address
    changed(event, starts_at=starts_at + timedelta(minutes=30), address=same("Katu 2")).state = MessageState.CANCELLED
    half = changed(event, starts_at=starts_at)
    text = render(half, now=NOW).text
    assert "Nyt: Musiikkitalo, Katu 2" in text
    assert "Nyt: ma 9.3." not in text
    half.state = MessageState.CANCELLED
    with pytest.raises(NothingNew):
        render(changed(event, address=address), now=NOW)


def test_value_changed_back_after_a_letter_in_doubt_is_told(event: Event, on_site: Registration) -> None:
    starts_at = event.starts_at
    doubtful = changed(event, starts_at=starts_at + timedelta(minutes=30))
    doubtful.state, doubtful.message_id = MessageState.CANCELLED, "<doubt@example.org>"
    letter = render(changed(event, starts_at=starts_at), now=NOW)
    assert "Milloin\n  ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.00" in letter.text
    assert letter.calendar is not None


@pytest.mark.parametrize("lost", [MessageState.FAILED, MessageState.BOUNCED, MessageState.MISSED])
def test_undelivered_change_is_told_with_the_next(event: Event, on_site: Registration, lost: MessageState) -> None:
    changed(event, address=same("Katu 2")).state = lost
    text = render(changed(event, ends_at=event.ends_at + timedelta(minutes=30)), now=NOW).text
    assert "Aiemmin: Musiikkitalo, Mannerheimintie 13 A\n  Nyt: Musiikkitalo, Katu 2" in text
    assert "Nyt: ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.30" in text


@pytest.mark.parametrize("kind", [MessageKind.CONFIRMATION, MessageKind.PLACE_FREED, MessageKind.WAITLISTED])
def test_change_told_by_a_complete_letter_is_not_repeated(
    event: Event, on_site: Registration, kind: MessageKind
) -> None:
    changed(event, address=same("Katu 2")).state = MessageState.CANCELLED
    message_of(on_site, kind, state=MessageState.SENT)
    text = render(changed(event, ends_at=event.ends_at + timedelta(minutes=30)), now=NOW).text
    assert "Nyt: ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.30" in text
    assert "Mannerheimintie" not in text

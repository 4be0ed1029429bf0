"""The email after the event: to those who came, to those who did not, and where nothing is known."""

from __future__ import annotations

from datetime import timedelta

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import Attendance, MessageKind
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Registration, SurveyInvitation
from tests.mail.writing import add_slides, message_of
from tests.support.factories import make_registration, make_survey

MISSED = "Sinulla oli paikka tähän tapahtumaan, mutta meillä ei ole merkintää osallistumisestasi."
FOR_ABSENT = "Materiaalit on tarkoitettu myös sinulle, vaikka et lopulta olisi päässyt mukaan."


def invite(event: Event, person: Registration) -> SurveyInvitation:
    invitation = SurveyInvitation(survey_id=make_survey(event).id, registration_id=person.id, key="k" * 22)
    db.session.add(invitation)
    return invitation


def test_thanks_hold_the_survey_and_the_materials(event: Event, on_site: Registration) -> None:
    add_slides(event)
    invitation = invite(event, on_site)
    on_site.checked_in_at = event.starts_at
    letter = render(message_of(on_site, MessageKind.FOLLOW_UP), now=event.ends_at + timedelta(hours=1))
    assert letter.subject == "Kiitos – Työllisyysfoorumi"
    assert letter.text.startswith("Kiitos osallistumisestasi\n")
    assert urls.survey(invitation, Language.FI) in letter.text
    assert "Diat:\nhttps://files.example/1.pdf" in letter.text
    assert MISSED not in letter.text
    assert FOR_ABSENT not in letter.text


def test_those_who_did_not_come_are_not_thanked_nor_asked(event: Event, on_site: Registration) -> None:
    add_slides(event)
    invite(event, on_site)
    make_registration(event, attendance=Attendance.IN_PERSON, checked_in_at=event.starts_at)
    letter = render(message_of(on_site, MessageKind.FOLLOW_UP), now=event.ends_at + timedelta(hours=1))
    assert letter.subject == "Jäimme kaipaamaan sinua – Työllisyysfoorumi"
    for text in (letter.text, letter.html):
        assert MISSED in text
        assert FOR_ABSENT in text
        assert "https://files.example/1.pdf" in text
        assert "Kiitos" not in text
        assert "/s/" not in text
    assert not letter.has_survey


def test_without_records_the_email_only_says_that_the_event_is_over(event: Event, on_site: Registration) -> None:
    """A join link was opened, but no one stood at the door."""
    add_slides(event)
    invitation = invite(event, on_site)
    make_registration(event, attendance=Attendance.ONLINE, joined_at=event.starts_at)
    letter = render(message_of(on_site, MessageKind.FOLLOW_UP), now=event.ends_at + timedelta(hours=1))
    assert letter.subject == "Tapahtuma on päättynyt – Työllisyysfoorumi"
    for text in (letter.text, letter.html):
        assert "Kiitos" not in text
        assert MISSED not in text
        assert FOR_ABSENT in text
        assert urls.survey(invitation, Language.FI) in text

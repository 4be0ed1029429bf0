"""The thank-you email."""

from __future__ import annotations

from datetime import timedelta

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import MessageKind
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Registration, SurveyInvitation
from tests.mail.writing import add_slides, message_of
from tests.support.factories import make_survey


def test_thanks_hold_the_survey_and_the_materials(event: Event, on_site: Registration) -> None:
    add_slides(event)
    invitation = SurveyInvitation(survey_id=make_survey(event).id, registration_id=on_site.id, key="k" * 22)
    db.session.add(invitation)
    letter = render(message_of(on_site, MessageKind.FOLLOW_UP), now=event.ends_at + timedelta(hours=1))
    assert letter.subject == "Kiitos – Työllisyysfoorumi"
    assert urls.survey(invitation, Language.FI) in letter.text
    assert "Diat:\nhttps://files.example/1.pdf" in letter.text

"""The link with which staff sign in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.tokens import Purpose, token
from eventhub.domain.enums import MessageKind
from eventhub.domain.languages import Language
from eventhub.mail import outbox
from eventhub.mail.letters.rendering import render
from eventhub.models import Message
from eventhub.settings import Settings
from tests.mail.writing import parse
from tests.support.factories import NOW, make_user


def test_staff_get_a_link_to_sign_in(settings: Settings, db_session: Session) -> None:
    user = make_user(email="staff@host.example", language=Language.SV)
    outbox.put(
        MessageKind.SIGN_IN,
        user=user,
        key="sign_in/1",
        now=NOW,
        not_after=NOW + timedelta(minutes=15),
        context={"key": "k" * 22},
    )
    letter = render(db.session.scalars(select(Message)).one(), now=NOW)
    assert letter.subject == "Din inloggningslänk till EventHub"
    given = token("k" * 22, Purpose.SIGN_IN, secret=settings.secret_key)
    assert f"http://localhost/sv/account/link/{given}" in letter.text
    assert "Här är länken som du bad om. Den fungerar en gång, i 15 minuter." in letter.text
    assert parse(letter).get_content_type() == "multipart/alternative"

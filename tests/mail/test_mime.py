"""The MIME tree in which a letter goes, its headers, and their encodings."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask

from eventhub.domain.enums import MessageKind
from eventhub.mail.letters.rendering import render
from eventhub.mail.mime import as_bytes, new_message_id
from eventhub.models import Event, Registration
from eventhub.settings import current_settings
from tests.support.factories import NOW, make_registration

from .writing import MESSAGE_ID, message_of, parse


def test_the_mime_tree_is_the_one_that_calendars_read(remote: Registration) -> None:
    mail = parse(render(message_of(remote, MessageKind.CONFIRMATION), now=NOW))
    tree = [(part.get_content_type(), part.get_content_disposition()) for part in mail.walk()]
    assert tree == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("text/html", None),
        ("text/calendar", None),
        ("application/ics", "attachment"),
    ]
    parts = list(mail.walk())
    assert parts[4]["Content-Type"] == 'text/calendar; charset="utf-8"; method="REQUEST"'
    assert parts[4]["Content-Transfer-Encoding"] == "base64"
    assert parts[5].get_filename() == "invite.ics"
    assert parts[4].get_payload(decode=True) == parts[5].get_payload(decode=True)


def test_invitation_without_its_attachment_when_the_setting_says_so(app: Flask, remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    app.extensions["eventhub.settings"] = replace(current_settings(), calendar_attachment=False)
    mail = parse(letter)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_headers_name_the_sender_and_say_auto_generated(remote: Registration) -> None:
    mail = parse(render(message_of(remote, MessageKind.CONFIRMATION), now=NOW))
    assert mail["From"] == "SOSTE <eventhub@example.org>"
    assert mail["To"] == "Åsa Öberg <asa@people.example>"
    assert mail["Reply-To"] == "Event office <office@host.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == MESSAGE_ID
    assert mail["Date"].datetime == NOW
    assert mail["Content-Language"] == "sv"
    assert mail["References"] is None


def test_the_same_letter_is_the_same_bytes(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    assert as_bytes(letter, message_id=MESSAGE_ID, date=NOW) == as_bytes(letter, message_id=MESSAGE_ID, date=NOW)


def test_all_lines_of_a_mail_end_in_crlf_and_are_short(remote: Registration) -> None:
    data = as_bytes(render(message_of(remote, MessageKind.CONFIRMATION), now=NOW), message_id=MESSAGE_ID, date=NOW)
    assert not re.search(rb"(?<!\r)\n", data)
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert data.isascii()


def test_a_domain_with_letters_of_its_own_goes_in_ascii(event: Event) -> None:
    person = make_registration(event, "a@äijä.example")
    assert parse(render(message_of(person, MessageKind.CONFIRMATION), now=NOW))["To"].addresses[0].addr_spec == (
        "a@xn--ij-uiac.example"
    )


def test_another_identity_gives_other_boundaries(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    one, other = (as_bytes(letter, message_id=new_message_id(), date=NOW) for _ in range(2))
    assert one != other
    assert replace(letter) == letter

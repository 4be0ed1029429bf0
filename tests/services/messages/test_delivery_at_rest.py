"""The database alone opens nothing: no string in it is a link that works."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import MessageState
from eventhub.models import Message
from eventhub.services.messages.delivery import deliver_due
from eventhub.services.sessions import start_session
from eventhub.settings import Settings
from tests.conftest import Clock, Mailbox
from tests.support.factories import NOW, make_user
from tests.support.letters import everything_stored, links_in, put_every_letter, send_every_letter
from tests.support.servers import SmtpServer

pytestmark = [pytest.mark.usefixtures("db_session"), pytest.mark.both_databases]
#: A link's own part, as long as any of ours: keys have 22 characters, tokens more.
_TOKEN_LIKE = re.compile(r"[A-Za-z0-9_=-]{16,}")


def opened_by_the_dump(app: Flask, client: FlaskClient) -> list[str]:
    """Return the addresses that open with a string from a dump of the whole database."""
    dump = "\n".join(row for rows in everything_stored().values() for row in rows)
    dump += "\n".join(str(body) for body in db.session.scalars(select(Message.body)) if body)
    found = sorted(set(_TOKEN_LIKE.findall(dump)))
    assert len(found) > 30
    addresses = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "token" in rule.arguments and "GET" in (rule.methods or ()):
                for given in found:
                    addresses.append(
                        app.url_for(rule.endpoint, token=given, **{"lang": "en"} if "lang" in rule.arguments else {})
                    )
    return [address for address in addresses if client.get(address).status_code not in {404, 410}]


def test_sent_letters_leave_nothing_that_opens(app: Flask, client: FlaskClient, clock: Clock, mailbox: Mailbox) -> None:
    start_session(make_user(), now=NOW)
    send_every_letter()
    assert all(client.get(link).status_code in {200, 409} for link in links_in(mailbox) if "/r/" in link)
    assert opened_by_the_dump(app, client) == []


def test_letters_that_wait_for_a_retry_open_nothing_and_go_as_they_were(
    app: Flask, settings: Settings, client: FlaskClient, clock: Clock, smtp_server: SmtpServer
) -> None:
    app.extensions["eventhub.settings"] = replace(settings, smtp_url=smtp_server.url)
    put_every_letter()
    count = len(db.session.scalars(select(Message.id).where(Message.state == MessageState.PLANNED)).all())
    for _ in range(count):
        smtp_server.order("450 4.2.1 Try later")
    assert deliver_due(now=NOW).retried == count
    db.session.expire_all()
    frozen = db.session.scalars(select(Message).where(Message.body.is_not(None))).all()
    assert len(frozen) == count
    assert opened_by_the_dump(app, client) == []
    assert deliver_due(now=NOW + timedelta(minutes=1)).sent == count
    db.session.expire_all()
    assert db.session.scalars(select(Message.body).where(Message.body.is_not(None))).all() == []

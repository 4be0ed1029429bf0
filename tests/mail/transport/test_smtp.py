"""Sending, to a real SMTP server and into a real Maildir."""

from __future__ import annotations

import mailbox
import smtplib
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from eventhub.mail.transport import base, smtp
from eventhub.mail.transport.base import Permanent, ServerAway, Temporary, is_example_address
from eventhub.mail.transport.choice import transport_for
from eventhub.mail.transport.maildir import MaildirTransport
from eventhub.mail.transport.smtp import Server, Smtp, parse
from eventhub.settings import Settings
from tests.conftest import make_settings
from tests.support.servers import SmtpServer, free_port

DATA = b"Subject: x\r\n\r\n.a line that begins with a full stop\r\n"


def send(way: base.Transport, recipient: str = "b@people.example") -> None:
    way.send(sender="a@host.example", recipient=recipient, data=DATA)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25, implicit_tls=False)),
        ("smtp://u%40x:p%3Aw@mail.example:587", Server("mail.example", 587, False, user="u@x", password="p:w")),
        ("smtps://u:p@mail.example", Server("mail.example", 465, implicit_tls=True, user="u", password="p")),
    ],
)
def test_smtp_url_is_parsed(url: str, server: Server) -> None:
    assert parse(url) == server


def test_the_bytes_arrive_as_they_are_over_one_connection(smtp_server: SmtpServer) -> None:
    way = Smtp(parse(smtp_server.url))
    before = smtp_server.connections
    for number in range(5):
        send(way, f"{number}@people.example")
    assert [delivery.content for delivery in smtp_server.deliveries] == [DATA] * 5
    assert smtp_server.deliveries[4].recipients == ("4@people.example",)
    assert smtp_server.connections - before == 1


@pytest.mark.parametrize("answer", ["450 4.2.1 Try later", "421 4.3.2 Shutting down", "break"])
def test_transient_smtp_faults_are_temporary(smtp_server: SmtpServer, answer: str) -> None:
    way = Smtp(parse(smtp_server.url))
    smtp_server.order(answer)
    with pytest.raises(Temporary):
        send(way)
    send(way)
    assert len(smtp_server.deliveries) == 1


def test_a_refusal_is_permanent_and_says_why(smtp_server: SmtpServer) -> None:
    way = Smtp(parse(smtp_server.url))
    smtp_server.order("550 5.1.1 No such user")
    with pytest.raises(Permanent, match=r"550 5\.1\.1 No such user"):
        send(way)
    send(way)
    assert len(smtp_server.deliveries) == 1


def test_smtp_server_that_hangs_times_out(smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SILENCE", 0.3)
    smtp_server.order("hang")
    with pytest.raises(Temporary):
        send(Smtp(parse(smtp_server.url)))


def test_a_message_may_not_outlast_its_lease(smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 0)
    with pytest.raises(Temporary, match="too slow"):
        send(Smtp(parse(smtp_server.url)))


def test_a_kept_connection_that_died_is_opened_anew(smtp_server: SmtpServer) -> None:
    way = Smtp(parse(smtp_server.url))
    before = smtp_server.connections
    send(way)
    assert way._connection is not None and way._connection.sock is not None
    way._connection.sock.shutdown(socket.SHUT_RDWR)
    send(way)
    assert (len(smtp_server.deliveries), smtp_server.connections - before) == (2, 2)


def test_an_idle_connection_is_opened_anew(smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    way = Smtp(parse(smtp_server.url))
    before = smtp_server.connections
    send(way)
    monkeypatch.setattr(smtp, "IDLE", 0)
    send(way)
    assert smtp_server.connections - before == 2


def test_a_server_that_is_away_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    with SmtpServer() as server:
        way = Smtp(parse(server.url))
    with pytest.raises(ServerAway, match="refused"):
        send(way)
    with socket.create_server(("127.0.0.1", server.port)) as listening, pytest.raises(ServerAway, match="refused"):
        listening.settimeout(0)
        send(way)  # it was not connected to: it would have been silent instead of refusing
    monkeypatch.setattr(smtp, "PAUSE", 0)
    with pytest.raises(ServerAway):
        send(Smtp(parse(server.url)))


def test_a_server_that_comes_back_is_used_again(smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "PAUSE", 0)
    way = Smtp(Server("127.0.0.1", free_port(), implicit_tls=False))
    with pytest.raises(ServerAway):
        send(way)
    way.server = parse(smtp_server.url)
    send(way)
    assert len(smtp_server.deliveries) == 1


def test_silent_smtp_server_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SILENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(ServerAway):
        send(Smtp(Server("127.0.0.1", listening.getsockname()[1], implicit_tls=False)))


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", True), ("mail.example", False)])
def test_password_is_never_sent_in_the_clear_to_another_machine(
    host: str, told: bool, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server offers no STARTTLS, or a machine in between has removed the offer."""
    passwords = []
    monkeypatch.setattr(smtplib.SMTP, "login", lambda self, user, password: passwords.append(password))
    real = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda address, *rest: real(("127.0.0.1", address[1]), *rest))
    way = Smtp(parse(f"smtp://user:secret@{host}:{smtp_server.port}"))
    if told:
        send(way)
    else:
        with pytest.raises(ServerAway, match="no encryption offered"):
            send(way)
    assert passwords == (["secret"] if told else [])


def test_an_address_that_the_server_cannot_take_is_refused(smtp_server: SmtpServer) -> None:
    with pytest.raises(Permanent):
        send(Smtp(parse(smtp_server.url)), "äijälä@people.example")


def test_a_maildir_holds_the_same_bytes(tmp_path: Path) -> None:
    send(MaildirTransport(tmp_path / "new" / "mail"))
    (stored,) = mailbox.Maildir(tmp_path / "new" / "mail", create=False).keys()
    (file,) = (tmp_path / "new" / "mail" / "new").iterdir()
    assert file.name == stored
    assert file.read_bytes() == DATA
    assert file.stat().st_mode & 0o777 == 0o600


def test_settings_choose_smtp_or_maildir(tmp_path: Path, smtp_server: SmtpServer) -> None:
    assert isinstance(transport_for(make_settings(tmp_path)), MaildirTransport)
    over_smtp = transport_for(make_settings(tmp_path, smtp_url=smtp_server.url))
    assert isinstance(over_smtp, Smtp)
    assert transport_for(make_settings(tmp_path, smtp_url=smtp_server.url)) is over_smtp


@pytest.mark.parametrize(
    ("address", "nowhere"),
    [
        ("test-0001@example.org", True),
        ("a@EXAMPLE.com", True),
        ("a@sub.example.net", True),
        ("organiser@soste.example", True),
        ("a@host.test", True),
        ("a@host.invalid", True),
        ("a@localhost", True),
        ("a@myexample.org", False),
        ("a@people.internal", False),
        ("", False),
    ],
)
def test_a_mail_server_is_given_nothing_for_examples(settings: Settings, address: str, nowhere: bool) -> None:
    served = replace(settings, smtp_url="smtp://mail.host.example")
    assert is_example_address(address, served) is nowhere
    assert not is_example_address(address, settings)

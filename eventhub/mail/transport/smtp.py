"""Sending to an SMTP server, or into a Maildir while no server is configured.

Connections are kept open across messages, one per thread, and closed after idling. A fault is either Temporary
(retry later) or Permanent (never retry); RFC 5321, 4.2.1. ServerAway is a Temporary before the message was begun:
the next message would fail too.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

from .base import Permanent, ServerAway, Temporary

#: Seconds that one message may take in all; less than the outbox's lease, or another worker would send it again.
PATIENCE: Final = 40
#: Seconds that the server may take for one answer.
SILENCE: Final = 15
#: Seconds after which an idle connection is no longer trusted.
IDLE: Final = 30
#: Seconds for which an unreachable server is not tried again, however often the worker is woken.
PAUSE: Final = 10


_DEFAULT_PORTS: Final = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server, as the setting `EVENTHUB_SMTP_URL` names it."""

    host: str
    port: int
    implicit_tls: bool
    user: str = ""
    password: str = ""


def parse(url: str) -> Server:
    """Return the server of `smtp://user:pass@host:port` or `smtps://…`.

    `smtp` uses STARTTLS where offered, and always before a password leaves the machine.
    """
    parts = urlsplit(url)
    return Server(
        host=parts.hostname or "localhost",
        port=parts.port or _DEFAULT_PORTS[parts.scheme],
        implicit_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class Smtp:
    """One connection, opened when needed and kept."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._until = 0.0
        self._away: ServerAway | None = None
        self._away_until = 0.0

    def send(self, *, sender: str, recipient: str, data: bytes) -> None:
        """Hand a message over; a kept connection that has died is first opened again.

        Raises: Temporary, Permanent; ServerAway, for a while without a new connection attempt (circuit breaker).
        """
        connection = self._reach()
        try:
            self._transact(connection, sender, recipient, data)
        except smtplib.SMTPResponseException as refusal:
            self.close()
            kind = Permanent if 500 <= refusal.smtp_code < 600 else Temporary
            raise kind(_why(refusal)) from refusal
        except UnicodeEncodeError as error:
            self.close()
            raise Permanent("the address has letters that this server does not take") from error
        except (smtplib.SMTPException, OSError) as fault:
            self.close()
            raise Temporary(_why(fault)) from fault
        self._used_at = time.monotonic()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _transact(self, connection: smtplib.SMTP, sender: str, recipient: str, data: bytes) -> None:
        """Send MAIL, RCPT and DATA one by one, so that a refusal is attributed exactly."""
        self._limit(connection)
        _accepted(connection.mail(sender))
        self._limit(connection)
        _accepted(connection.rcpt(recipient))
        self._limit(connection)
        _accepted(connection.data(data))

    def _reach(self) -> smtplib.SMTP:
        """Return an open connection. Raises: ServerAway."""
        if self._away is not None and time.monotonic() < self._away_until:
            raise ServerAway(str(self._away)) from self._away
        self._until = time.monotonic() + PATIENCE
        try:
            connection = self._open()
        except (smtplib.SMTPException, OSError, UnicodeError) as fault:
            self.close()
            self._away, self._away_until = ServerAway(_why(fault)), time.monotonic() + PAUSE
            raise self._away from fault
        self._away = None
        return connection

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None:
            if time.monotonic() - self._used_at < IDLE and self._answers(self._connection):
                return self._connection
            self.close()
        server = self.server
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.implicit_tls:
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=SILENCE, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SILENCE)
        self._connection = connection
        self._limit(connection)
        connection.ehlo_or_helo_if_needed()
        if not server.implicit_tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        if server.user:
            if not (isinstance(connection.sock, ssl.SSLSocket) or _is_this_machine(server.host)):
                # A man in the middle could remove STARTTLS from the answer to get the password.
                raise smtplib.SMTPNotSupportedError("no encryption offered, so the password is not sent")
            self._limit(connection)
            connection.login(server.user, server.password)
        return connection

    def _answers(self, connection: smtplib.SMTP) -> bool:
        try:
            self._limit(connection)
            return connection.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _limit(self, connection: smtplib.SMTP) -> None:
        """Set the timeout of the next answer to what is left of PATIENCE."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server is too slow")
        if connection.sock is not None:
            connection.sock.settimeout(min(SILENCE, left))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _accepted(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, text)


def _why(fault: Exception) -> str:
    """Return the server's answer, or the fault by its name."""
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{fault.smtp_code} {_text(fault.smtp_error)}"
    return f"{type(fault).__name__}: {fault}".rstrip(": ")


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]

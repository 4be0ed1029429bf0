"""The service's settings, read once from the environment (12-factor) and then frozen.

`EVENTHUB_NAME_FILE` may name a file that holds the value of `EVENTHUB_NAME`, as container secrets do.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import current_app

DEFAULT_MAIL_FROM: Final = "EventHub <eventhub@localhost.localdomain>"
MAIL_DIR: Final = "mail"
_SECRET_LENGTH: Final = 32


class SettingsError(Exception):
    """A setting is invalid; the message names it and its valid values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a deployment. Each field is the environment's `EVENTHUB_<FIELD>`."""

    database_url: str
    broker_url: str
    smtp_url: str
    """`smtp://user:pass@host:port`, `smtps://…`; empty: a Maildir under `data_dir`."""
    mail_from: str
    """The mailbox that sends all mail and is the ORGANIZER of every invitation."""
    public_url: str
    """The service's address, without a slash at the end; links in emails begin with it."""
    secret_key: str
    data_dir: Path
    rate_limits: bool
    trusted_proxies: int
    """The number of reverse proxies in front; as many X-Forwarded-For entries are trusted."""
    calendar_attachment: bool = True
    """Whether invitations are attached as a file too, for programs that read no calendar parts."""
    contact_email: str = ""
    """Contact for the service, its accessibility and data protection; empty: `mail_from`."""
    processor: str = ""
    """The organisation that runs the service, the data processor of GDPR article 28; may be empty."""

    @property
    def contact(self) -> str:
        """Return the address that the accessibility statement and the privacy notice give."""
        return self.contact_email or parseaddr(self.mail_from)[1]

    @property
    def mail_dir(self) -> Path:
        """Return the Maildir that takes the mail while no SMTP server is set."""
        return self.data_dir / MAIL_DIR

    @property
    def is_public(self) -> bool:
        """Return whether the public URL is not this machine's own: real people come, so there are no samples."""
        host = urlsplit(self.public_url).hostname or ""
        try:
            return not ip_address(host).is_loopback
        except ValueError:
            return host != "localhost" and not host.endswith(".localhost")

    @property
    def secure(self) -> bool:
        """Return whether the public URL is HTTPS, so that cookies can be Secure."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read and check all settings. Raises: SettingsError for the first invalid one."""
        data_dir = Path(_read(environ, "DATA_DIR") or "instance").absolute()
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_private(data_dir)
        except OSError as error:
            raise SettingsError(f"EVENTHUB_DATA_DIR: cannot make {data_dir}: {error.strerror}.") from error
        port = environ.get("PORT", "8000")
        return cls(
            database_url=_database_url(_read(environ, "DATABASE_URL"), data_dir),
            broker_url=_broker_url(_read(environ, "BROKER_URL"), data_dir),
            smtp_url=_url("SMTP_URL", _read(environ, "SMTP_URL"), {"smtp", "smtps"}),
            mail_from=_mailbox("MAIL_FROM", _read(environ, "MAIL_FROM") or DEFAULT_MAIL_FROM),
            public_url=_site("PUBLIC_URL", _read(environ, "PUBLIC_URL") or f"http://127.0.0.1:{port}"),
            secret_key=_secret(_read(environ, "SECRET_KEY"), data_dir),
            data_dir=data_dir,
            rate_limits=_switch("RATE_LIMITS", _read(environ, "RATE_LIMITS") or "on"),
            trusted_proxies=_count("TRUSTED_PROXIES", _read(environ, "TRUSTED_PROXIES") or "0"),
            calendar_attachment=_switch("CALENDAR_ATTACHMENT", _read(environ, "CALENDAR_ATTACHMENT") or "on"),
            contact_email=_address("CONTACT_EMAIL", _read(environ, "CONTACT_EMAIL")),
            processor=_read(environ, "PROCESSOR"),
        )


def _make_private(data_dir: Path) -> None:
    """Keep the data directory and our files in it from other users of the machine.

    Only our own files are changed: the directory may be one that holds other things too.
    """
    if data_dir.stat().st_uid != os.geteuid():
        return  # a directory that the operator keeps for another user, who set its permissions
    data_dir.chmod(0o700)
    mail = data_dir / MAIL_DIR
    for path in [*data_dir.glob("*.sqlite3*"), data_dir / "secret_key", mail, *mail.rglob("*")]:
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
        elif path.is_dir() and not path.is_symlink():
            path.chmod(0o700)


def _read(environ: Mapping[str, str], name: str) -> str:
    path = environ.get(f"EVENTHUB_{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"EVENTHUB_{name}_FILE: cannot read {path}: {error.strerror}.") from error
    return environ.get(f"EVENTHUB_{name}", "").strip()


def _url(name: str, value: str, schemes: set[str]) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        right = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right:
        wanted = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise SettingsError(f"EVENTHUB_{name}: must be an address that begins with {wanted}.")
    return value


def _site(name: str, value: str) -> str:
    """Return an address with a host and no path: pages are served at the root."""
    site = _url(name, value, {"http", "https"}).rstrip("/")
    parts = urlsplit(site)
    if parts.path or parts.query or parts.fragment:
        raise SettingsError(
            f"EVENTHUB_{name}: must end with the host, such as https://events.example.org, without a path."
        )
    return site


def _database_url(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{_private_file(data_dir / 'eventhub.sqlite3')}"
    for plain in ("postgres://", "postgresql://"):
        if value.startswith(plain):
            value = "postgresql+psycopg://" + value.removeprefix(plain)
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("EVENTHUB_DATABASE_URL: must begin with postgresql:// or sqlite:///.")
    return value


def _broker_url(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqla+sqlite:///{_private_file(data_dir / 'broker.sqlite3')}"
    if not value.startswith(("redis://", "rediss://", "sqla+sqlite:///")):
        raise SettingsError("EVENTHUB_BROKER_URL: must begin with redis://, rediss:// or sqla+sqlite:///.")
    return value


def _private_file(path: Path) -> Path:
    """Return the path of a private file, created if missing; SQLite gives its -wal the same mode."""
    path.touch(mode=0o600)
    return path


def _mailbox(name: str, value: str) -> str:
    address = parseaddr(value)[1]
    if "@" not in address or "\n" in value or "\r" in value:
        raise SettingsError(f"EVENTHUB_{name}: must be a mailbox such as EventHub <events@example.org>.")
    return value


def _address(name: str, value: str) -> str:
    if value and ("@" not in value or any(character.isspace() or character in "<>" for character in value)):
        raise SettingsError(f"EVENTHUB_{name}: must be an e-mail address such as events@example.org.")
    return value


def _switch(name: str, value: str) -> bool:
    if value not in {"on", "off"}:
        raise SettingsError(f"EVENTHUB_{name}: must be on or off.")
    return value == "on"


def _count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"EVENTHUB_{name}: must be a whole number, 0 or more.")
    return int(value)


def _secret(value: str, data_dir: Path) -> str:
    """Return the given secret, or a random one that the data directory keeps for the next start."""
    if value:
        if len(value) < _SECRET_LENGTH:
            raise SettingsError(f"EVENTHUB_SECRET_KEY: must have at least {_SECRET_LENGTH} characters.")
        return value
    path = data_dir / "secret_key"
    if not path.exists():
        # Written beside and linked atomically, so that two processes that start together read the same secret.
        draft = data_dir / f"secret_key.{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def current_settings() -> Settings:
    """Return the settings of the running application."""
    settings: Settings = current_app.extensions["eventhub.settings"]
    return settings

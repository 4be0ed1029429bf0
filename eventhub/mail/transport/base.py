"""The interface of all transports, and how they fail."""

from __future__ import annotations

from typing import Final, Protocol

from eventhub.settings import Settings

#: Domains and top-level domains that never take mail (RFC 2606, RFC 6761); the people of the sample data have
#: addresses there.
_EXAMPLES: Final = ("example.com", "example.net", "example.org", "example", "invalid", "localhost", "test")


class Temporary(Exception):
    """The message was not taken now, and may be later."""


class ServerAway(Temporary):
    """The server cannot be reached or refuses the login; the message itself was not begun."""


class Permanent(Exception):
    """The message was refused for good."""


class Transport(Protocol):
    """Anything that takes a finished message."""

    def send(self, *, sender: str, recipient: str, data: bytes) -> None:
        """Hand the message over. Raises: Temporary, ServerAway, Permanent."""


def is_example_address(address: str, settings: Settings) -> bool:
    """Return whether the address is only an example: its bounces would harm the sender's reputation.

    A Maildir takes all addresses.
    """
    domain = f".{address.rpartition('@')[2].lower().rstrip('.')}"
    return bool(settings.smtp_url) and domain.endswith(tuple(f".{name}" for name in _EXAMPLES))

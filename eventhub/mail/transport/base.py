"""What every way of sending has: how it is called, and how it fails."""

from __future__ import annotations

from typing import Final, Protocol

from eventhub.settings import Settings

#: Domains that nobody has, kept for examples (RFC 2606, 3): there the sample people are at home.
_EXAMPLES: Final = frozenset({"example.com", "example.net", "example.org"})


class Temporary(Exception):
    """It did not go now, and may later."""


class ServerAway(Temporary):
    """The server cannot be reached, or lets nobody in: no fault of the message, which was not begun."""


class Permanent(Exception):
    """It was refused for good."""


class Transport(Protocol):
    """Something that takes a finished message."""

    def send(self, *, sender: str, recipient: str, data: bytes) -> None:
        """Hand it over. Raises Temporary, ServerAway among them, or Permanent."""


def is_example_address(address: str, settings: Settings) -> bool:
    """Whether no mail server is to be bothered with it: bounces would harm the sender's name. A Maildir takes all."""
    return bool(settings.smtp_url) and address.rpartition("@")[2].lower() in _EXAMPLES

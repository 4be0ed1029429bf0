"""The Maildir transport, used while no mail server is set."""

from __future__ import annotations

from mailbox import Maildir
from pathlib import Path

from .base import Temporary


class MaildirTransport:
    """A Maildir on this machine. A file in `new` is complete: it was written in `tmp` and then renamed."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.parent.mkdir(parents=True, exist_ok=True)
        self._maildir = Maildir(directory)

    def send(self, *, sender: str, recipient: str, data: bytes) -> None:
        """Store the message. Raises: Temporary when the disk refuses it."""
        try:
            key = self._maildir.add(data)
            (self.directory / "new" / key).chmod(0o600)  # letters hold personal links
        except OSError as fault:
            raise Temporary(str(fault)) from fault

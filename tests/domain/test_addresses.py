"""Which addresses letters reach."""

from __future__ import annotations

import pytest

from eventhub.domain.addresses import mailable


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("Anna.Alho@Host.Example", "Anna.Alho@host.example"),
        ("office@äijä.example", "office@äijä.example"),
        ("åsa@host.example", None),
        ("asa", None),
        ("a b@host.example", None),
        (f"{'a' * 60}@{'b.' * 95}example", None),
        ("", None),
    ],
)
def test_an_address_is_one_that_every_server_takes(written: str, usual: str | None) -> None:
    assert mailable(written) == usual

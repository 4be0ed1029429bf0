"""What is sealed opens for its row under its secret, and for nothing else."""

from __future__ import annotations

from eventhub.domain.access.sealing import seal, unseal

SECRET = "a secret of at least 32 characters"


def test_sealed_bytes_open_for_their_row_and_secret_only() -> None:
    sealed = seal(b"letter", about="message/1", secret=SECRET)
    assert b"letter" not in sealed
    assert unseal(sealed, about="message/1", secret=SECRET) == b"letter"
    assert unseal(sealed, about="message/2", secret=SECRET) is None
    assert unseal(sealed, about="message/1", secret=SECRET + "!") is None


def test_changed_or_plain_bytes_do_not_open() -> None:
    sealed = seal(b"letter", about="message/1", secret=SECRET)
    assert unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), about="message/1", secret=SECRET) is None
    assert unseal(b"letter", about="message/1", secret=SECRET) is None


def test_same_bytes_are_sealed_differently_each_time() -> None:
    assert seal(b"x", about="message/1", secret=SECRET) != seal(b"x", about="message/1", secret=SECRET)

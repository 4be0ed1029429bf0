"""Encryption of what is stored only for a while, so that a copy of the database does not show it.

AES-256-GCM with a random nonce. The key is derived from the service's secret (HKDF, RFC 5869). What the bytes belong
to is authenticated with them: moved to another row they do not open. The key's id stands before the bytes, so that
bytes of a former secret are told from damaged ones.
"""

from __future__ import annotations

import secrets
from functools import cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT: Final = b"\x01"
_ID_LENGTH: Final = 4
_NONCE_LENGTH: Final = 12


def seal(data: bytes, *, about: str, secret: str) -> bytes:
    """Return the encrypted bytes; `about` names the row that they belong to: `message/5`."""
    nonce = secrets.token_bytes(_NONCE_LENGTH)
    return _head(secret) + nonce + AESGCM(_key(secret)).encrypt(nonce, data, about.encode())


def unseal(sealed: bytes, *, about: str, secret: str) -> bytes | None:
    """Return the bytes that were sealed, or None when they were for another row or under another secret."""
    head = _head(secret)
    if not sealed.startswith(head):
        return None
    nonce, encrypted = sealed[len(head) : len(head) + _NONCE_LENGTH], sealed[len(head) + _NONCE_LENGTH :]
    try:
        return AESGCM(_key(secret)).decrypt(nonce, encrypted, about.encode())
    except InvalidTag:
        return None


def _head(secret: str) -> bytes:
    return _FORMAT + sha256(_key(secret)).digest()[:_ID_LENGTH]


@cache
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"eventhub sealed rows").derive(secret.encode())

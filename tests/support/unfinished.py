"""Clients that never come to an end: half-sent or dripping bodies and headers, and readers that stop reading."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from .servers import wait_for


class Unfinished(StrEnum):
    """What a client leaves undone."""

    BODY = "half of the body is sent"
    CHUNKED_BODY = "the last chunk is not sent"
    DRIPPING_BODY = "the body comes byte by byte"
    HEADERS = "the headers come byte by byte"
    READING = "the answers are not read"


_FORM = "Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
_PAGES = 20
"""Asked for at once by a client that reads none of them: more than fits into the buffers on the way."""


class UnfinishedRequests:
    """So many connections with a request of one kind each, to a form of a running server; closed at the end."""

    def __init__(self, address: str, path: str, kind: Unfinished, *, count: int = 64) -> None:
        parts = urlsplit(address)
        self._peer = parts.hostname, parts.port
        self._path = path
        self._kind = kind
        self._count = count
        self._ended = threading.Event()
        self._dripping: threading.Thread | None = None
        self.connections: list[socket.socket] = []

    def __enter__(self) -> Self:
        for _ in range(self._count):
            connection = socket.socket()
            if self._kind is Unfinished.READING:  # before it connects, or the window has been offered already
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.settimeout(30)
            self.connections.append(connection)
            connection.connect(self._peer)
            connection.sendall(self._beginning().encode())
        if self._kind in {Unfinished.DRIPPING_BODY, Unfinished.HEADERS}:
            self._dripping = threading.Thread(target=self._drip, daemon=True)
            self._dripping.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._dripping is not None:
            self._dripping.join()
        for connection in self.connections:
            connection.close()

    def wait_until_closed(self, *, seconds: float) -> list[bytes]:
        """Wait until the server has closed all connections; return what each was answered."""
        answers: list[bytes] = []
        for connection in self.connections:
            answer = b""

            def ended(connection: socket.socket = connection) -> bool:
                nonlocal answer
                piece = connection.recv(65536)
                answer += piece
                return not piece

            connection.settimeout(seconds)
            wait_for(ended, seconds=seconds, what="the end of a connection", every=0)
            answers.append(answer)
        return answers

    def _beginning(self) -> str:
        post = f"POST {self._path} HTTP/1.1\r\n{_FORM}"
        beginnings: dict[Unfinished, Callable[[], str]] = {
            Unfinished.BODY: lambda: f"{post}Content-Length: 500\r\n\r\nname=",
            Unfinished.CHUNKED_BODY: lambda: f"{post}Transfer-Encoding: chunked\r\n\r\n5\r\nname=\r\n",
            Unfinished.DRIPPING_BODY: lambda: f"{post}Content-Length: 5000\r\n\r\nname=",
            Unfinished.HEADERS: lambda: f"{post}X-Long: ",
            Unfinished.READING: lambda: f"GET {self._path} HTTP/1.1\r\nHost: localhost\r\n\r\n" * _PAGES,
        }
        return beginnings[self._kind]()

    def _drip(self) -> None:
        while not self._ended.wait(1):
            for connection in self.connections:
                with contextlib.suppress(OSError):  # the server has had enough of it
                    connection.sendall(b"x")

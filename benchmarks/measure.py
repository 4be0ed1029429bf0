"""Measuring both sides in one run, alternately, so that a slow machine slows both."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Compared:
    """Rates per second of ours and of the baseline: medians over the rounds; `ratio` is their median too."""

    ours: float
    bare: float
    ratio: float

    def line(self, what: str) -> str:
        """Return one line to print."""
        return f"{what:<34} {self.ours:>8.0f}/s   bare {self.bare:>8.0f}/s   ratio {self.ratio:.2f}"


def compare(ours: Callable[[], float], bare: Callable[[], float], *, rounds: int = ROUNDS) -> Compared:
    """Measure both alternately, `rounds` times, after one warm-up round."""
    ours(), bare()
    pairs = [(ours(), bare()) for _ in range(rounds)]
    return Compared(
        ours=statistics.median(rate for rate, _ in pairs),
        bare=statistics.median(rate for _, rate in pairs),
        ratio=statistics.median(mine / theirs for mine, theirs in pairs),
    )


def rate_of(work: Callable[[], int]) -> float:
    """Return the units of work per second."""
    begun = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - begun)


def requests_rate(address: str, *, connections: int = 8, seconds: float = 2.0) -> float:
    """Return the 200 responses per second to GETs of `address` over keep-alive connections.

    Plain sockets and a prepared request, so that the client takes as little of the shared cores as possible.
    Raises: RuntimeError for any other response, OSError when the server does not answer.
    """
    stop = time.perf_counter() + seconds
    counts = [0] * connections
    faults: list[Exception] = []

    def visit(number: int) -> None:
        try:
            counts[number] = _visit(address, until=stop)
        except (OSError, RuntimeError) as error:
            faults.append(error)

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return sum(counts) / (time.perf_counter() - begun)


def _visit(address: str, *, until: float) -> int:
    parts = urlsplit(address)
    request = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Language: sv\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    done = 0
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            connection.sendall(request)
            _take_answer(connection)
            done += 1
    return done


def _take_answer(connection: socket.socket) -> None:
    """Read one response to its end. Raises: RuntimeError unless it is 200 with a length."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise RuntimeError("the server hung up")
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.split(b"\r\n")[0].decode("latin-1"))
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(65536))

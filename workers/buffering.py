"""Buffering between the web server and the application: threads see only whole requests.

The event loop waits for clients that send or read slowly, or have gone silent; each costs a connection. The threads
are few and serve all requests, so none of them ever waits for a client. The event loop also ends the wait: a request
body has a time and a size.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import quote_from_bytes

import structlog
from a2wsgi.wsgi import build_environ
from werkzeug.test import run_wsgi_app

from eventhub.web.http.uploads import LARGEST_UPLOAD

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

AsgiMessage = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]

#: Threads that serve requests, per process.
THREADS: Final = 4
#: For a whole body, however it arrives: enough for the largest picture over a mobile network.
BODY_SECONDS: Final = 60.0
#: Larger bodies are buffered in a file.
_IN_MEMORY: Final = 256 * 1024
_ASCII: Final = bytes(range(128))

log = structlog.stdlib.get_logger("workers.buffering")


class BufferingServer:
    """A WSGI application as an ASGI application whose threads never wait for a client.

    A body that is too large is passed on as its length without its contents: the application answers 413 in the
    person's language. An incomplete one is answered with 408, and the connection is closed.
    """

    def __init__(self, app: WSGIApplication, *, seconds: float = BODY_SECONDS, largest: int = LARGEST_UPLOAD) -> None:
        self._app = app
        self._seconds = seconds
        self._largest = largest
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: AsgiMessage, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                async with asyncio.timeout(self._seconds):
                    length = await self._read(dict(scope["headers"]), receive, body)
            except TimeoutError:
                # Without the address, which may hold a token.
                log.warning("request_incomplete", method=scope["method"], seconds=self._seconds)
                await _answer(send, 408, [(b"connection", b"close"), (b"content-length", b"0")], b"")
                return
            except _Disconnected:
                return
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._call, _complete(scope, length), body)
        await _answer(send, *answer)

    async def _read(self, headers: dict[bytes, bytes], receive: Receive, body: IO[bytes]) -> int:
        """Copy the body into the file unless it is too large; return its length.

        A body that is too large is read to its end, because a browser shows the answer only once it has sent all;
        only a client that expects an answer before it begins gets one (RFC 9110, section 10.1.1).
        Raises: _Disconnected.
        """
        declared = int(headers.get(b"content-length", 0))
        if not declared and b"transfer-encoding" not in headers:
            return 0
        if declared > self._largest and b"expect" in headers:
            return declared
        length, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Disconnected
            length += len(message.get("body", b""))
            if length <= self._largest:
                body.write(message.get("body", b""))
            more = message.get("more_body", False)
        if length > self._largest:
            body.truncate(0)
        body.seek(0)
        return length

    def _call(self, scope: Any, body: Any) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Run the application in this thread; return status, headers and body of its whole answer.

        With the answer made, the thread and its database connection are free, however slowly the client reads.
        """
        environ: Any = build_environ(scope, body)
        pieces, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return int(status.split(" ", 1)[0]), encoded, b"".join(pieces)


class _Disconnected(Exception):
    """The client closed the connection within a body."""


def _complete(scope: AsgiMessage, length: int) -> AsgiMessage:
    """Return the scope of a request whose body has been read: with its length, also if it was chunked.

    Header names with an underscore are dropped: WSGI cannot tell `X_Forwarded_For`, which proxies pass on unseen, from
    `X-Forwarded-For`.
    """
    headers = [
        (name, value)
        for name, value in scope["headers"]
        if b"_" not in name and name not in {b"content-length", b"transfer-encoding"}
    ]
    return {
        **scope,
        "headers": [*headers, (b"content-length", b"%d" % length)],
        "query_string": quote_from_bytes(scope["query_string"], safe=_ASCII).encode(),  # WSGI wants ASCII
    }


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""Buffering: bodies have a size and a time, chunks are joined, answers leave whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, Response, request
from structlog.testing import capture_logs
from werkzeug.middleware.proxy_fix import ProxyFix

from workers.buffering import BufferingServer

Headers = Sequence[tuple[bytes, bytes]]
FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 40

    @app.post("/")
    def echo() -> Response:
        return Response("|".join(f"{name}={value}" for name, value in request.form.items()))

    @app.get("/pieces")
    def pieces() -> Response:
        return Response(f"{number};" for number in range(3))

    @app.get("/client")
    def client() -> str:
        return f"{request.remote_addr} {request.query_string.decode('ascii')} {request.headers.get('X-One')}"

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    return app


class Client:
    """One request, whose body comes in pieces; None as the last piece: the rest never comes."""

    def __init__(self, server: BufferingServer) -> None:
        self.server = server
        self.read = 0
        """Pieces that the server has asked for."""

    def send(
        self, path: str = "/", *, headers: Headers = (), body: Sequence[bytes | None] = (), query: bytes = b""
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """The status, the headers and the body of the answer; 0 when the connection just ends."""
        pieces = list(body)
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            self.read += 1
            piece = pieces.pop(0)
            if piece is None:
                await asyncio.Event().wait()
            if piece == b"<gone>":
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: Any) -> None:
            messages.append(message)

        scope = {
            "type": "http", "http_version": "1.1", "method": "POST" if body or path == "/" else "GET", "path": path,
            "root_path": "", "scheme": "http", "query_string": query, "headers": [(b"host", b"localhost"), *headers],
            "server": ("127.0.0.1", 80), "client": ("192.0.2.1", 1234),
        }  # fmt: skip
        with ThreadPoolExecutor(1) as apart:  # a browser of other tests may run its event loop in this thread
            apart.submit(asyncio.run, self.server(scope, receive, send)).result()
        if not messages:
            return 0, {}, b""
        start, *rest = messages
        return start["status"], dict(start["headers"]), b"".join(message["body"] for message in rest)


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(BufferingServer(app, largest=60))


def length(number: int) -> tuple[bytes, bytes]:
    return b"content-length", str(number).encode()


CHUNKED = (b"transfer-encoding", b"chunked")


def test_body_in_pieces_arrives_whole(client: Client) -> None:
    status, _, body = client.send(headers=[FORM, length(7)], body=[b"a=1", b"&b", b"=2"])
    assert (status, body) == (200, b"a=1|b=2")


def test_chunked_body_arrives_whole_though_wsgi_knows_only_lengths(client: Client) -> None:
    status, _, body = client.send(headers=[FORM, CHUNKED], body=[b"a=1", b"&b=2", b""])
    assert (status, body) == (200, b"a=1|b=2")


@pytest.mark.parametrize("size", [50, 70])  # above the form's limit, and above what is buffered at all
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_body_that_is_too_large_is_refused_by_the_application_after_it_was_read(
    client: Client, framing: str, size: int
) -> None:
    header = CHUNKED if framing == "chunked" else length(size)
    status, _, _ = client.send(headers=[FORM, header], body=[b"a=" + b"1" * 8, *([b"1" * 10] * (size // 10 - 1))])
    assert (status, client.read) == (413, size // 10)


def test_client_that_expects_an_answer_first_is_refused_before_it_sends(client: Client) -> None:
    status, _, _ = client.send(headers=[FORM, length(70), (b"expect", b"100-continue")])
    assert (status, client.read) == (413, 0)


@pytest.mark.parametrize("header", [length(7), CHUNKED])
def test_body_that_never_ends_is_given_up_and_logged_once_without_the_person(
    app: Flask, header: tuple[bytes, bytes]
) -> None:
    client = Client(BufferingServer(app, seconds=0.05))
    with capture_logs() as logs:
        status, headers, body = client.send(headers=[FORM, header], body=[b"a=1", None])
    assert (status, headers, body) == (408, {b"connection": b"close", b"content-length": b"0"}, b"")
    assert logs == [
        {"event": "request_incomplete", "log_level": "warning", "method": "POST", "seconds": 0.05},
    ]


def test_client_that_leaves_within_its_body_gets_and_leaves_nothing(client: Client) -> None:
    with capture_logs() as logs:
        assert client.send(headers=[FORM, length(7)], body=[b"a=1", b"<gone>"]) == (0, {}, b"")
    assert logs == []


def test_request_without_body_is_not_waited_for(client: Client) -> None:
    assert client.send("/client", headers=[length(0)])[0] == 200
    assert client.read == 0


def test_answer_in_pieces_leaves_whole(client: Client) -> None:
    assert client.send("/pieces")[2] == b"0;1;2;"


def test_client_is_the_one_that_the_last_proxy_names(client: Client) -> None:
    forwarded = [(b"x-forwarded-for", b"198.51.100.9"), (b"x-forwarded-for", b"203.0.113.5")]
    assert client.send("/client", headers=forwarded)[2].split()[0] == b"203.0.113.5"


def test_header_with_an_underscore_is_not_taken_for_the_proxys(client: Client) -> None:
    forwarded = [(b"x-forwarded-for", b"203.0.113.5"), (b"x_forwarded_for", b"198.51.100.9"), (b"x_one", b"1")]
    assert client.send("/client", headers=forwarded)[2] == b"203.0.113.5  None"


def test_query_that_is_not_ascii_is_taken_as_browsers_send_it(client: Client) -> None:
    assert client.send("/client", query="q=ä&r=%20".encode())[2].split()[1] == b"q=%C3%A4&r=%20"


def test_application_that_fails_while_it_answers_sends_no_half_of_it(client: Client) -> None:
    def failing(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"half"
        raise RuntimeError

    failed = Client(BufferingServer(failing))
    with pytest.raises(RuntimeError):
        failed.send("/pieces")

"""A storm of requests that no page would send: bad values, files, JSON, broken bodies and queries, from a seed.

The forms are real: each page is fetched and its forms are read, so that a new form or field is in the storm at once.
Nothing is saved: where a service would commit, all is flushed, so that constraints speak, and then rolled back.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any, Final
from urllib.parse import parse_qsl, quote_from_bytes, urlsplit

from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from eventhub.db import db, read_only
from eventhub.domain.languages import LANGUAGES

from .pages import Form, page_of
from .storm_world import State, StormWorld, Visitor

#: Text as bytes, as a browser, a program or an attacker would put it into a field.
BAD_TEXTS: Final[Sequence[bytes]] = (
    *(b"", b" ", b"\t", b"\0", b"a\0b", b"\x01\x1f\x7f", b"\r\nBcc: a@b.example", b"one\x01"),
    *("\x85\u2028\u2029".encode(), "\u202e\u200b\ufeff".encode(), b"\xed\xa0\x80", b"\xff\xfe", b"\xc3"),
    *(b"x" * 301, b"x" * 70_000, "\U0001f600".encode() * 500, "e\u0301".encode() * 200),
    *(b"0", b"-1", b"00", b"1.5", b"1e9", b"NaN", b"Infinity", b"9" * 30, b"9" * 5000, b"-" + b"9" * 30),
    *("²".encode(), "٣".encode(), "１２".encode(), b"0x10", b"1_000", b"2147483648", b"9223372036854775808"),
    *(b"2026-02-30", b"0000-00-00", b"10000-01-01", b"99999-12-31", b"1.1.1", b"31.12.9999", b"0001-01-01"),
    *(b"25:61", b"24:00", b"00:00", b"9", b"9:00:00.000001", b"-1:00"),
    *(b"none-such", b"null", b"None", b"true", b"[]", b'{"a": 1}', b"<script>alert(1)</script>", b"{{ 7 * 7 }}"),
    *(b"javascript:alert(1)", b"https://evil.test\\@good.test", b"https://[::1", b"https://a:b@c.test", b"https://"),
    *(b"//evil.test", b"https://a.test:99999", b"http://\0.test", "https://ä\u3002test/".encode(), b"https://xn--.test"),
    *(b"a@b", b"a@xn--.fi", "ä@ö.fi".encode(), "a@b\u3002fi".encode(), b"@", b"a" * 300 + b"@b.fi", b"\"a b\"@c.fi"),
    *(b"tracks", b"lead", b"en", b"in_person", b"password", b"link", b"up", b"17", b"1"),
)  # fmt: skip
#: What else may stand in a query string.
BAD_QUERIES: Final[Sequence[bytes]] = (
    *(b"", b"&", b"=", b"a", b"a=%", b"a=%zz", b"%00", b"a=%00", b"%ff=%ff", b"a=%ed%a0%80", b"_anchor=x&_scheme=y"),
    *(b"lang=xx", b"lang=%F0%9F%98%80", b"a=" + b"x" * 5000, b"&" * 2000),
)
#: Names of parameters that no form and no link of the page may show.
_KNOWN_NAMES: Final = (
    *("after", "before", "page", "q", "via", "lang", "next", "organisation", "when", "kind", "region", "theme"),
    *("status", "attendance", "state", "registration", "language", "series", "csrf_token"),
)
#: Parts of addresses that are no slug, no token and no id.
_BAD_PATHS: Final = (
    "9" * 30,
    "0",
    "-1",
    "%00",
    "%FF",
    "%ED%A0%80",
    "..",
    "%2e%2e%2f",
    "a" * 3000,
    "%C2%B2",
    "none",
    "%0a",
)
_JSON: Final = (
    b"[1]", b'"text"', b"1", b"null", b"{}", b"{", b'{"name": 1, "email": ["a"]}', b"[[1, 2], [3]]", b"NaN",
    b'[["email", 1]]', b"\xff", b'"' + b"x" * 3000 + b'"', b"[" * 5000,
)  # fmt: skip

#: Buttons without fields whose pages show them only in states that the world does not have: their form is its token.
BUTTONS: Final = frozenset({
    "joins.join", "organise_colleagues.reactivate", "organise_materials.mark_captioned",
    "organise_materials.unmark_captioned", "organise_people.show_link", "organise_todos.bring_back",
    "organise_todos.no_recording", "registrations.send_fresh_link",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A form of a page, and where it is sent."""

    endpoint: str
    address: str
    state: State
    form: Form


@dataclass(frozen=True, slots=True)
class Shot:
    """One request."""

    method: str
    endpoint: str
    address: str
    visitor: Visitor
    what: str
    """What is wrong with it, in a few words."""
    options: dict[str, Any] = field(default_factory=dict)
    """What the test client needs to send it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a request got; `trace` is the end of the traceback of an error."""

    shot: Shot
    status: int
    trace: str = ""

    def __str__(self) -> str:
        shot = self.shot
        return f"{self.status} {shot.method} {shot.address[:120]} as {shot.visitor}: {shot.what}\n{self.trace}"


class Halt(Exception):
    """Raised where a service would commit: nothing is saved."""


@contextmanager
def nothing_saved(app: Flask) -> Iterator[None]:
    """Flush where a service would commit, then raise `Halt`, which answers 202; the traces of errors are kept."""

    @app.errorhandler(Halt)
    def halted(_: Halt) -> tuple[str, int]:
        return "halted before the commit", 202

    def halt(session: Session) -> None:
        if not read_only.get():
            session.flush()
            raise Halt

    sqlalchemy_event.listen(db.session, "before_commit", halt)
    try:
        yield
    finally:
        sqlalchemy_event.remove(db.session, "before_commit", halt)


class Storm:
    """Sends requests to a world, with `nothing_saved`."""

    def __init__(self, world: StormWorld, random: Random) -> None:
        self._world = world
        self._random = random
        self._lead = world.browser(Visitor.LEAD)
        self._traces: list[str] = []
        handlers = world.app.error_handler_spec[None][None]
        handle = handlers[Exception]

        def keep_trace(error: Exception) -> Any:
            self._traces.append("".join(traceback.format_exception(error)[-4:]))
            return handle(error)

        handlers[Exception] = keep_trace

    def endpoints(self, method: str) -> list[str]:
        """Return the routes that take the method, without `health.ready`: its 503 says that no worker runs."""
        rules = self._world.app.url_map.iter_rules()
        found = {rule.endpoint for rule in rules if method in (rule.methods or set())}
        return sorted(found - {"health.ready"})

    def targets(self, state: State) -> list[Target]:
        """Return the forms that POST of all pages about the event in this state, each route's once."""
        found: dict[str, Target] = {}
        for endpoint in self.endpoints("GET"):
            page = self._world.address(endpoint, state, self._random.choice(LANGUAGES))
            response = self._lead.get(page)
            if response.status_code in {302, 303}:  # signing in is for those who have not
                response = self._world.app.test_client().get(page)
            if response.mimetype == "text/html" and response.status_code == 200:
                for form in page_of(response).all_forms:
                    for action in [form.action or page, *form.actions] if form.method == "post" else ():
                        name = self._endpoint_of(action)
                        found.setdefault(name, Target(name, action, state, form))
        token = next(iter(found.values())).form.fields["csrf_token"]
        for name in sorted(BUTTONS - found.keys()):
            address = self._world.address(name, state)
            found[name] = Target(name, address, state, Form(address, "post", fields={"csrf_token": token}))
        return [found[name] for name in sorted(found)]

    def all_targets(self, state: State) -> list[Target]:
        """Return `targets`, and the routes without a form in this state: a page open since before may send one."""
        found = self.targets(state)
        missing = set(self.endpoints("POST")) - {target.endpoint for target in found}
        blank = Form("", "post")
        return found + [Target(name, self._world.address(name, state), state, blank) for name in sorted(missing)]

    def posts(self, target: Target, count: int) -> Iterator[Shot]:
        """Yield requests to a form: `count` at random, of all kinds of mistakes."""
        for _number in range(count):
            what, options = self._body(target.form)
            yield Shot("POST", target.endpoint, target.address, self._visitor(), what, options)

    def sweep(self, target: Target) -> Iterator[Shot]:
        """Yield each kind of mistake in all fields of a form at once and in one of them, and a body of JSON."""
        names = list(target.form.names)
        for what, value in (("a file", None), ("a control character", b"\x01"), ("blank", b" "), ("nothing", b"")):
            for chosen in (names, self._random.sample(names, min(1, len(names)))):
                others = [pair for pair in _pairs(target.form) if pair[0] not in chosen]
                way = self._multipart if value is None else self._urlencoded
                options = way([*others, *((name, value) for name in chosen)])
                said = f"{what} in {', '.join(chosen)}"
                yield Shot("POST", target.endpoint, target.address, Visitor.LEAD, said, options)
        body = self._random.choice(_JSON)
        options = {"data": body, "content_type": "application/json"}
        yield Shot("POST", target.endpoint, target.address, Visitor.LEAD, f"JSON {body[:40]!r}", options)

    def gets(self, endpoint: str, state: State, count: int) -> Iterator[Shot]:
        """Yield GET requests with bad query strings, and with bad parts of the address."""
        address = self._world.address(endpoint, state, self._random.choice(LANGUAGES))
        for _number in range(count):
            if self._random.random() < 0.25:
                yield self._bad_path(endpoint, address)
                continue
            names = self._random.choices(_KNOWN_NAMES, k=self._random.randint(1, 4))
            pairs = [(name, self._random.choice(BAD_TEXTS)[:4000]) for name in names]
            query = _urlencode(pairs) if self._random.random() < 0.8 else self._random.choice(BAD_QUERIES)
            yield Shot("GET", endpoint, address, self._visitor(), repr(query[:200]), {"query_string": query.decode()})

    def ask(self, shot: Shot) -> Hit:
        """Send a request; an exception that leaves the application is a 500."""
        self._traces.clear()
        browser = self._world.browser(shot.visitor)
        try:
            status = browser.open(shot.address, method=shot.method, buffered=True, **shot.options).status_code
        except Exception as error:  # the error page failed too
            return Hit(shot, 500, "".join([*self._traces, *traceback.format_exception(error)[-4:]]))
        return Hit(shot, status, "".join(self._traces))

    def _endpoint_of(self, address: str) -> str:
        adapter = self._world.app.url_map.bind("localhost")
        return str(adapter.match(urlsplit(address).path, method="POST")[0])

    def _visitor(self) -> Visitor:
        """Most requests are those of the lead organiser, who may send the most."""
        return Visitor.LEAD if self._random.random() < 0.7 else self._random.choice(list(Visitor))

    def _body(self, form: Form) -> tuple[str, dict[str, Any]]:
        """Return what is wrong, and the request's body in one of the ways to write one."""
        pairs, said = _pairs(form), []
        for _change in range(self._random.choice((0, 1, 1, 1, 2, 3, 8))):
            words, pairs = self._changed(form, pairs)
            said.append(words)
        way = self._random.choice(
            (
                *(self._urlencoded, self._urlencoded, self._urlencoded, self._multipart, self._multipart),
                *(self._json, self._without_boundary, self._cut_off, self._of_another_type, self._chunked),
            )
        )
        return f"{way.__name__.strip('_')}: {'; '.join(said)}", way(pairs)

    def _changed(self, form: Form, pairs: list[Any]) -> tuple[str, list[Any]]:
        """Return the values with one mistake more, and its name."""
        names = list(form.names) or ["csrf_token"]
        name, text = self._random.choice(names), self._random.choice(BAD_TEXTS)
        others = [pair for pair in pairs if pair[0] != name]
        match self._random.randrange(8):
            case 0:
                return f"without {name}", others
            case 1:
                return f"{name} twice", [*pairs, (name, text), (name, text)]
            case 2:
                return f"a file in {name}", [*others, (name, None)]
            case 3:
                stranger = self._stranger(name)
                return f"{stranger}={text[:40]!r}", [*pairs, (stranger, text)]
            case 4:
                return f"all {text[:40]!r}", [(one, text) for one in names]
            case _:
                return f"{name}={text[:40]!r}", [*others, (name, text)]

    def _stranger(self, name: str) -> str:
        """Return a name that no control of the form has."""
        number = self._random.choice(("99", "9" * 30, "-1", "x", ""))
        return self._random.choice(
            (
                f"{name}-{number}",
                f"options-{number}-label-fi",
                f"question_{number}",
                "way",
                "part",
                "form_version",
                "\0",
            )
        )

    def _urlencoded(self, pairs: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
        texts = [(name, value) for name, value in pairs if value is not None]
        return {"data": _urlencode(texts), "content_type": "application/x-www-form-urlencoded"}

    def _multipart(self, pairs: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
        parts = b"".join(_part(name, value) for name, value in pairs)
        return {"data": parts + b"--storm--\r\n", "content_type": "multipart/form-data; boundary=storm"}

    def _without_boundary(self, pairs: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
        kind = self._random.choice(("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; ="))
        return self._multipart(pairs) | {"content_type": kind}

    def _cut_off(self, pairs: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
        options = self._multipart(pairs)
        return options | {"data": options["data"][: self._random.randint(0, len(options["data"]))]}

    def _json(self, pairs: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
        values = {name: self._random.choice((1, None, [1], {"a": 1}, True, 1.5, "text")) for name, _value in pairs}
        body = self._random.choice((*_JSON, json.dumps(values).encode()))
        return {"data": body, "content_type": self._random.choice(("application/json", "application/vnd.x+json"))}

    def _of_another_type(self, pairs: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
        kinds = ("text/plain", "application/octet-stream", "", "x", "application/xml", "text/html; charset=utf-16")
        encoded = ("application/x-www-form-urlencoded; charset=utf-16", "APPLICATION/X-WWW-FORM-URLENCODED;;=")
        return self._urlencoded(pairs) | {"content_type": self._random.choice((*kinds, *encoded))}

    def _chunked(self, pairs: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
        """A body whose length is not said; a server may end the stream itself."""
        options = self._random.choice((self._urlencoded, self._multipart))(pairs)
        return {
            "input_stream": BytesIO(options["data"]),
            "content_type": options["content_type"],
            "headers": {"Transfer-Encoding": "chunked"},
            "environ_overrides": {"wsgi.input_terminated": self._random.random() < 0.5},
        }

    def _bad_path(self, endpoint: str, address: str) -> Shot:
        """An address in which one part is wrong, as raw bytes: a test client would mend it."""
        parts = address.split("/")
        place, bad = self._random.randrange(1, len(parts)), self._random.choice(_BAD_PATHS)
        parts[place] = bad
        raw = "/".join(parts)
        overrides = {"PATH_INFO": _unquoted(raw), "REQUEST_URI": raw, "RAW_URI": raw}
        return Shot("GET", endpoint, address, self._visitor(), raw[:200], {"environ_overrides": overrides})


def _pairs(form: Form) -> list[tuple[str, bytes | None]]:
    """Return what a browser would send: the form's values, with the first of each required choice."""
    given = {name: values[:1] for name, values in form.required.items() if not any(form.fields.get(name, ()))}
    return [(name, value.encode()) for name, values in {**form.fields, **given}.items() for value in values]


def _urlencode(pairs: Sequence[tuple[str, bytes]]) -> bytes:
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs).encode()


def _part(name: str, value: bytes | None) -> bytes:
    """Return a part of a multipart body: a file where the value is None."""
    head = f'--storm\r\nContent-Disposition: form-data; name="{name}"'.encode()
    if value is None:
        return head + b'; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nfile\r\n'
    return head + b"\r\n\r\n" + value + b"\r\n"


def _unquoted(address: str) -> str:
    """Return a path as WSGI hands it over: bytes as Latin-1."""
    [(_name, text)] = parse_qsl("a=" + address.replace("&", "%26").replace("+", "%2B"), encoding="latin-1")
    return text

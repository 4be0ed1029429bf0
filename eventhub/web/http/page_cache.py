"""Rendered public pages, kept in this process's memory.

A page is found by all that it depends on: the event's state (id, status, revision, places), the language, the link by
which the person came. What depends on the clock says until when it holds. So nothing is ever thrown out: an old page
is simply no longer asked for, and gives way when room is needed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Final

from flask import Flask, Response, current_app, request, session

#: The longest that a page is kept: what no revision tells of, such as a region's new name, shows within this time.
LONGEST: Final = timedelta(minutes=1)
_ROOM: Final = 256
_REMEMBER: Final = "remember_token"


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as bytes, its strong ETag, and until when it holds."""

    body: bytes
    etag: str
    until: datetime


class PageCache:
    """The latest used pages; safe to share between threads."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, *, now: datetime) -> Kept | None:
        """The page kept under the key, while it holds."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or now >= page.until:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, html: str, *, until: datetime, now: datetime) -> Kept:
        """Keep the page until then, at most for `LONGEST`."""
        body = html.encode()
        page = Kept(body, sha256(body).hexdigest()[:32], min(until, now + LONGEST))
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > self._room:
                self._pages.popitem(last=False)
        return page


def init_app(app: Flask) -> None:
    """Give the application a cache of its own."""
    app.extensions["eventhub.pages"] = PageCache()


def is_anonymous() -> bool:
    """Whether the page would look the same for everybody: nobody has signed in, and no message waits to be shown."""
    if request.cookies.keys().isdisjoint({current_app.config["SESSION_COOKIE_NAME"], _REMEMBER}):
        return True
    return "_user_id" not in session and "_flashes" not in session and _REMEMBER not in request.cookies


def respond(page: Kept) -> Response:
    """The page, or 304 when the browser has it. Browsers ask each time: places left must be right."""
    response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")
    response.make_conditional(request)
    return response

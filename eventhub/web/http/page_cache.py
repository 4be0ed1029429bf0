"""Rendered public pages, cached in this process's memory (LRU).

The key is all that a page depends on: the event's state (id, status, version, places), the language, the invitation
link. A page whose content depends on the clock carries an expiry time. So there is no invalidation: a changed event
has another key, and the least recently used pages are evicted.
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

#: The longest lifetime: a change that raises no version, such as a region's new name, shows within this time.
LONGEST: Final = timedelta(minutes=1)
_ROOM: Final = 256
#: Feeds are large, up to some hundred kilobytes, and few are asked for often.
_ROOM_OF_FEEDS: Final = 16
_PAGES: Final = "eventhub.pages"
_FEEDS: Final = "eventhub.feeds"
_REMEMBER: Final = "remember_token"


@dataclass(frozen=True, slots=True)
class Kept:
    """A cached page: its bytes, its strong ETag, and its expiry time."""

    body: bytes
    etag: str
    until: datetime


class PageCache:
    """A cache of the most recently used pages (LRU eviction); thread-safe."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, *, now: datetime) -> Kept | None:
        """Return the page of the key, or None when it is unknown or has expired."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or now >= page.until:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, html: str, *, until: datetime, now: datetime) -> Kept:
        """Cache the page until then, at most for `LONGEST`; evict the least recently used page if full."""
        body = html.encode()
        page = Kept(body, sha256(body).hexdigest()[:32], min(until, now + LONGEST))
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > self._room:
                self._pages.popitem(last=False)
        return page


def init_app(app: Flask) -> None:
    """Give the application its own caches."""
    app.extensions[_PAGES] = PageCache()
    app.extensions[_FEEDS] = PageCache(_ROOM_OF_FEEDS)


def cached_pages() -> PageCache:
    """Return the application's cache."""
    pages: PageCache = current_app.extensions[_PAGES]
    return pages


def cached_feeds() -> PageCache:
    """Return the application's cache of calendar feeds."""
    feeds: PageCache = current_app.extensions[_FEEDS]
    return feeds


def is_anonymous() -> bool:
    """Return whether the page is the same for all: no one is signed in, and no flash message waits."""
    if request.cookies.keys().isdisjoint({current_app.config["SESSION_COOKIE_NAME"], _REMEMBER}):
        return True
    return "_user_id" not in session and "_flashes" not in session and _REMEMBER not in request.cookies


def respond(page: Kept) -> Response:
    """Return the page, or 304 when the browser has it; browsers revalidate each time, for the places left."""
    response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")
    response.make_conditional(request)
    return response

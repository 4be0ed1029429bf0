"""A visitor over real HTTP, with cookies and forms but no screen; many can come at once."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from .pages import Form, page_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered, after redirects."""

    status: int
    address: str
    text: str


class Visitor:
    """One person's browser without a screen."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def get(self, path: str) -> Answer:
        return self._open(urllib.parse.urljoin(self.base, path), None)

    def submit(self, page: Answer, form: Form) -> Answer:
        """Send a form from its page, and follow where it leads."""
        data = urllib.parse.urlencode(form.fields, doseq=True).encode()
        return self._open(urllib.parse.urljoin(page.address, form.action or page.address), data)

    def register(self, slug: str, *, name: str, email: str, language: str = "sv") -> Answer:
        """Fill in an event's registration form and send it."""
        page = self.get(f"/{language}/events/{slug}/register")
        return self.submit(page, page_of(page).form_with("email").filled(name=name, email=email))

    def _open(self, address: str, data: bytes | None) -> Answer:
        try:
            with self._opener.open(address, data, timeout=60) as answer:
                return Answer(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.url or address, error.read().decode(errors="replace"))

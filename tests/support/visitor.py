"""A visitor over real HTTP, with cookies and forms but no screen; many can come at once."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered, after redirects."""

    status: int
    address: str
    text: str


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in its fields."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What a required choice that nothing is chosen in offers."""

    def filled(self, **given: str) -> Self:
        """With these values, and the first choice wherever one must be made."""
        for name, offered in self.choices.items():
            if not any(self.values.get(name, ())):
                self.values[name] = offered[:1]
        self.values |= {name: [value] for name, value in given.items()}
        return self


class _Forms(HTMLParser):
    """Reads the forms of a page as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open = False
        self._select: tuple[str, bool] | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
            self._open = given.get("method", "").lower() == "post"
        elif self.forms and tag in {"input", "select", "textarea", "option"}:
            self._field(self.forms[-1], tag, given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind, required = given.get("name", ""), given.get("type", "text"), "required" in given
        if tag == "option" and self._select is not None:
            name, required = self._select
            if "selected" in given:
                form.values[name] = [given.get("value", "")]
            if required and given.get("value"):
                form.choices.setdefault(name, []).append(given["value"])
        elif tag == "select":
            self._select = name, required
        elif tag == "textarea":
            self._textarea = name
            form.values[name] = [""]
        elif tag == "input" and kind in {"radio", "checkbox"}:
            if "checked" in given:
                form.values.setdefault(name, []).append(given.get("value", "on"))
            if required:
                form.choices.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "input" and name and kind not in {"submit", "button", "file"}:
            form.values[name] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._textarea is not None and self.forms:
            self.forms[-1].values[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None


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
        data = urllib.parse.urlencode(form.values, doseq=True).encode()
        return self._open(urllib.parse.urljoin(page.address, form.action or page.address), data)

    def register(self, slug: str, *, name: str, email: str, language: str = "sv") -> Answer:
        """Fill in an event's registration form and send it."""
        page = self.get(f"/{language}/events/{slug}/register")
        return self.submit(page, form_with(page, "email").filled(name=name, email=email))

    def _open(self, address: str, data: bytes | None) -> Answer:
        try:
            with self._opener.open(address, data, timeout=60) as answer:
                return Answer(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.url or address, error.read().decode(errors="replace"))


def form_with(page: Answer, name: str) -> Form:
    """The page's form that has a field of this name."""
    reader = _Forms()
    reader.feed(page.text)
    for form in reader.forms:
        if name in form.values:
            return form
    raise AssertionError(f"{page.address} ({page.status}) has no form with {name}")

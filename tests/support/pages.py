"""What a page says, read as a browser reads it: `page_of(client.get("/en/")).text`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, Protocol, Self

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Elements that begin a line of their own: their text does not run into that before them.
_BLOCKS: Final = frozenset((
    *("address", "article", "aside", "br", "caption", "dd", "details", "div", "dl", "dt", "fieldset", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre"),
    *("section", "select", "summary", "table", "tbody", "td", "textarea", "th", "thead", "tr", "ul"),
))  # fmt: skip
#: Stands between blocks; no page holds it (U+001E, the record separator).
_BREAK: Final = "\x1e"
_UNREAD: Final = ("script", "style", "svg", "template")
#: Controls that send nothing of their own when the form is sent.
_NOT_SENT: Final = frozenset({"submit", "button", "file", "reset", "image"})


class HasText(Protocol):
    """An answer with HTML: of the test client, or of a visitor over HTTP."""

    @property
    def text(self) -> str: ...


@dataclass
class Form:
    """A form of a page: where it goes, what its fields hold, and what it offers."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    """The values that would be sent, by name."""
    required: dict[str, list[str]] = field(default_factory=dict)
    """What a required choice that nothing is chosen in offers."""
    buttons: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    """Where its buttons send it instead (`formaction`)."""
    names: dict[str, str] = field(default_factory=dict)
    """The kind of each control by its name, of those that send nothing too: `file`, `checkbox`, `textarea`."""

    def filled(self, **given: str) -> Self:
        """Return it with these values, and with the first choice wherever one must be made."""
        for name, offered in self.required.items():
            if not any(self.fields.get(name, ())):
                self.fields[name] = offered[:1]
        self.fields |= {name: [value] for name, value in given.items()}
        return self


class Page:
    """A page of HTML. Texts have single spaces; a no-break space stays one."""

    def __init__(self, html: str) -> None:
        self.html = html
        """The source, for what must not even stand in it."""
        self._tree = LexborHTMLParser(html)

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.attributes("html", "lang")[0]

    @property
    def title(self) -> str:
        """The title in the head."""
        return self.texts("title")[0]

    @property
    def heading(self) -> str:
        """The one first-level heading."""
        [heading] = self.texts("h1")
        return heading

    @cached_property
    def text(self) -> str:
        """What is to be read in the main part."""
        return _text(self._one("main"))

    @cached_property
    def lines(self) -> list[str]:
        """What is to be read in the main part, block by block: headings, paragraphs, items, cells, links in lists."""
        return _lines(self._one("main"))

    @cached_property
    def whole(self) -> str:
        """What is to be read anywhere on the page."""
        return _text(self._one("body"))

    @property
    def flashes(self) -> list[str]:
        """The messages about what has just happened."""
        return self.texts("main .flash")

    @property
    def summary(self) -> list[str]:
        """The sentences of the error summary, in their order."""
        return self.texts("[data-error-summary] li")

    @property
    def errors(self) -> dict[str, str]:
        """The message at each field that is wrong, by the field's id."""
        return {
            _attribute(node, "id").removesuffix("-error"): " ".join(map(_without_hidden, node.css(".field-error")))
            for node in self._tree.css("main [id$='-error']")
        }

    @cached_property
    def forms(self) -> list[Form]:
        """The forms of the main part."""
        return [_form(node) for node in self._tree.css("main form")]

    @cached_property
    def all_forms(self) -> list[Form]:
        """The forms of the whole page, those of its header too."""
        return [_form(node) for node in self._tree.css("form")]

    @property
    def fields(self) -> dict[str, list[str]]:
        """What the fields of the main part's POST forms hold, by name, without the CSRF token."""
        found: dict[str, list[str]] = {}
        for form in self.forms:
            if form.method == "post":
                found |= {name: values for name, values in form.fields.items() if name != "csrf_token"}
        return found

    def value(self, name: str) -> str:
        """Return the one value of a field."""
        [value] = self.fields[name]
        return value

    def form_with(self, name: str) -> Form:
        """Return the form that has a field of this name."""
        found = next((form for form in self.forms if name in form.fields or name in form.required), None)
        assert found is not None, f"no form has {name}: {self.title}"
        return found

    @property
    def buttons(self) -> list[str]:
        """What the buttons of the main part say."""
        return self.texts("main button:not([hidden] *)")

    @property
    def links(self) -> list[tuple[str, str]]:
        """The links of the main part: what they say, and where they lead."""
        return [(_text(node), _attribute(node, "href")) for node in self._tree.css("main a[href]")]

    @property
    def addresses(self) -> list[str]:
        """Where the links of the main part lead."""
        return [address for _, address in self.links]

    @property
    def targets(self) -> list[str]:
        """Where anything on the page leads or sends: links, forms, and buttons with an address of their own."""
        return [
            address for name in ("href", "action", "formaction") for address in self.attributes(f"body [{name}]", name)
        ]

    @property
    def language_switch(self) -> list[str]:
        """Where the switch of language leads, in the order of the languages."""
        return self.attributes("nav.language-switch a", "href")

    def rows(self, number: int = 0) -> list[list[str]]:
        """Return the cells of each row in the body of a table of the main part."""
        table = self._tree.css("main table")[number]
        return [[_text(cell) for cell in row.css("th, td")] for row in table.css("tbody tr")]

    @property
    def facts(self) -> dict[str, str]:
        """The descriptions of the main part (`dl`) by their terms."""
        terms, found = self._tree.css("main dt, main dd"), {}
        for term, description in pairwise(terms):
            if term.tag == "dt" and description.tag == "dd":
                found[_text(term)] = _text(description)
        return found

    def foreign(self, language: str) -> list[str]:
        """Return the texts of the main part that are marked as written in this language."""
        return self.texts(f"main [lang='{language}']")

    def scripts(self, kind: str) -> list[str]:
        """Return the content of each script of a type, such as `application/ld+json`."""
        return [node.text() or "" for node in self._tree.css(f"script[type='{kind}']")]

    def texts(self, selector: str) -> list[str]:
        """Return the text of each element that the CSS selector finds."""
        return [_text(node) for node in self._tree.css(selector)]

    def attributes(self, selector: str, name: str) -> list[str]:
        """Return an attribute of each element that the CSS selector finds; "" where it has none."""
        return [_attribute(node, name) for node in self._tree.css(selector)]

    def _one(self, selector: str) -> LexborNode:
        found = self._tree.css_first(selector)
        assert found is not None, f"no {selector}"
        return found


def page_of(answer: HasText) -> Page:
    """Return the page of an answer."""
    return Page(answer.text)


def read_page(client: FlaskClient, address: str, status: int = 200) -> Page:
    """Get a page, which must answer with this status."""
    response = client.get(address)
    assert response.status_code == status, f"{address}: {response.status}"
    return page_of(response)


def _text(node: LexborNode) -> str:
    return _single_spaces("".join(_pieces(node)))


def _lines(node: LexborNode) -> list[str]:
    return [line for piece in "".join(_pieces(node)).split(_BREAK) if (line := _single_spaces(piece))]


def _single_spaces(text: str) -> str:
    return " ".join(re.split(rf"[ \t\r\n{_BREAK}]+", text)).strip(" ")


def _pieces(node: LexborNode) -> Iterator[str]:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            yield child.text(deep=False) or ""
        elif child.tag not in _UNREAD:
            yield _BREAK if child.tag in _BLOCKS else ""
            yield from _pieces(child)
            yield _BREAK if child.tag in _BLOCKS else ""


def _without_hidden(node: LexborNode) -> str:
    text = _text(node)
    for hidden in node.css(".visually-hidden"):
        text = text.replace(_text(hidden), "", 1)
    return text.strip(" ")


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _form(node: LexborNode) -> Form:
    form = Form(_attribute(node, "action"), _attribute(node, "method").lower() or "get")
    for control in node.css("input, select, textarea, button"):
        name, kind = _attribute(control, "name"), _attribute(control, "type").lower()
        if name:
            form.names.setdefault(name, kind or str(control.tag))
        if control.tag == "button":
            form.buttons.append(_text(control))
            form.actions += [_attribute(control, "formaction")] if "formaction" in control.attributes else []
        elif name and kind not in _NOT_SENT and "disabled" not in control.attributes:
            _add_control(form, control, name, kind)
    return form


def _add_control(form: Form, control: LexborNode, name: str, kind: str) -> None:
    required = "required" in control.attributes
    if control.tag == "select":
        options = control.css("option")
        chosen = [option for option in options if "selected" in option.attributes]
        if not chosen and "multiple" not in control.attributes:
            chosen = options[:1]
        form.fields[name] = [_option_value(option) for option in chosen]
        if required:
            form.required[name] = [value for option in options if (value := _option_value(option))]
    elif kind in {"radio", "checkbox"}:
        value = control.attributes.get("value", "on") or ""
        if "checked" in control.attributes:
            form.fields.setdefault(name, []).append(value)
        if required:
            form.required.setdefault(name, []).append(value)
    elif control.tag == "textarea":
        form.fields.setdefault(name, []).append((control.text() or "").removeprefix("\n").removeprefix("\r\n"))
    else:
        form.fields.setdefault(name, []).append(_attribute(control, "value"))


def _option_value(option: LexborNode) -> str:
    return _attribute(option, "value") if "value" in option.attributes else _text(option)

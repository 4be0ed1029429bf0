"""What all forms share: texts, days and times as people type them, addresses."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, PasswordField, StringField, URLField
from wtforms.fields.core import UnboundField

from eventhub import web
from eventhub.domain.languages import LANGUAGES, TranslatedText
from eventhub.web.forms.fields import TranslatedField, TranslatedLinkField, link_field, squeeze, strip

#: How the names of web addresses end.
_LINKS = ("url", "website", "privacy", "link")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Åsa   Öberg ", "Åsa Öberg"),
        ("a\r\nBcc: b@c.org", "a Bcc: b@c.org"),
        ("a\x00b\u2028c", "a b c"),
        ("\x00", ""),
        ("", ""),
        (None, None),
    ],
)
def test_a_line_is_one_line_without_control_characters(given: str | None, kept: str | None) -> None:
    assert squeeze(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("\r\n a\r\n\r\n\tb \r\n", "a\n\n\tb"),
        ("a\x00b\x1b[0m\u2028c\x00", "ab[0m\nc"),
        ("\x00 ", ""),
        ("", ""),
        (None, None),
    ],
)
def test_a_text_keeps_its_lines_and_tabs_and_no_control_characters(given: str | None, kept: str | None) -> None:
    assert strip(given) == kept


def text_fields() -> list[Any]:
    """Each field of each form that takes a text which may be kept or searched for."""
    modules = [import_module(module.name) for module in walk_packages(web.__path__, f"{web.__name__}.")]
    return [
        pytest.param(name, field, id=f"{form.__module__.rpartition('.')[2]}-{form.__name__}-{name}")
        for module in modules
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, Form) and form.__module__ == module.__name__
        for name, field in vars(form).items()
        if isinstance(field, UnboundField)
        and issubclass(field.field_class, StringField | TranslatedField)
        and not issubclass(field.field_class, HiddenField | PasswordField)  # compared, and hashed
    ]


@pytest.mark.parametrize(("name", "field"), text_fields())
def test_no_text_of_any_form_keeps_control_characters(app: Flask, name: str, field: UnboundField[Any]) -> None:
    sent = MultiDict((key, "a\x00b\x1b\u2028") for key in (name, *(f"{name}-{language}" for language in LANGUAGES)))
    with app.test_request_context("/en"):
        kept = type("One", (Form,), {name: field})(sent)[name].data
    texts = set(kept.values()) if isinstance(kept, TranslatedText) else {kept}
    assert texts in ({"a b"}, {"ab"})


@pytest.mark.parametrize(
    ("language", "unsafe", "other"),
    [
        (
            "en",
            "We cannot use this web address. Copy it from your browser’s address bar.",
            "Enter a web address that starts with https://.",
        ),
        (
            "fi",
            "Verkko-osoitetta ei voi käyttää. Kopioi se selaimesi osoiteriviltä.",
            "Kirjoita verkko-osoite, jonka alussa on https://.",
        ),
        (
            "sv",
            "Webbadressen går inte att använda. Kopiera den från adressfältet i din webbläsare.",
            "Skriv en webbadress som börjar med https://.",
        ),
    ],
)
def test_web_address_is_checked_in_every_link_field(app: Flask, language: str, unsafe: str, other: str) -> None:
    kinds = {"one": link_field("Link"), "each": TranslatedLinkField("Links")}
    form_class = type("Links", (Form,), kinds)
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        for text, message in (
            ("https://evil.test\\@good.test", unsafe),
            ("https://user:secret@good.test", unsafe),
            ("javascript:alert(1)", other),
        ):
            form = form_class(MultiDict({"one": text, "each-sv": text}))
            assert not form.validate()
            assert [str(error) for error in (*form.one.errors, *form.each.form.sv.errors)] == [message, message]
        assert form_class(MultiDict({"one": "https://good.test/a@b", "each-sv": "http://good.test"})).validate()


def test_every_link_of_a_form_is_a_link_field() -> None:
    """A field that is named for a web address is checked as one."""
    linked = [(name, field) for name, field in (found.values for found in text_fields()) if name.endswith(_LINKS)]
    assert len(linked) >= 5
    assert [name for name, field in linked if field.field_class not in {URLField, TranslatedLinkField}] == []

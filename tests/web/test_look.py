"""The look: contrasts of the tokens, what the content security policy forbids, icons, errors, forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, render_template, render_template_string
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from eventhub.domain.access.passwords import PasswordFault
from eventhub.domain.colours import contrast
from eventhub.domain.enums import AnswerFault, Attendance
from eventhub.domain.errors import (
    CapacityBelowTaken,
    DayOutOfRange,
    InvalidAnswer,
    InvalidAnswers,
    Refusal,
    RuleTooFar,
    Taken,
    TooManySessions,
    WeakPassword,
)
from eventhub.domain.languages import Language
from eventhub.models import Organisation, Picture
from eventhub.web.http.filters import markdown
from tests.support.factories import same
from tests.support.pages import Page, read_page

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "eventhub" / "static"
THEME = (STATIC / "theme.css").read_text()
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
ALL_TEMPLATES = "\n".join(path.read_text() for path in PAGES)


@contextmanager
def in_english(app: Flask, **request: Any) -> Iterator[None]:
    """A request for a page in English, to render pieces of pages in."""
    with app.test_request_context("/en/", **request):
        g.language = Language.EN
        yield


# --- contrasts ------------------------------------------------------------------------------------------------------


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


_DARK_BLOCK = THEME[THEME.index("@media (prefers-color-scheme: dark)") : THEME.index("@media (min-width: 48rem)")]
LIGHT = tokens(THEME[: THEME.index("@media (prefers-color-scheme: dark)")])
DARK = LIGHT | tokens(_DARK_BLOCK)

#: What stands on what, and how well it is seen: at least 4.5 for words, 3 for a control's edge (WCAG 1.4.3, 1.4.11).
PAIRS = [
    ("ink", "surface", 15.5),
    ("ink", "paper", 14),
    ("quiet", "surface", 5.8),
    ("quiet", "paper", 5.4),
    ("quiet", "primary-wash", 4.5),
    ("primary", "surface", 8.4),
    ("primary", "primary-wash", 7.3),
    ("primary", "paper", 4.5),
    ("primary-pressed", "surface", 11.1),
    ("on-primary", "primary", 8.4),
    ("on-primary", "primary-pressed", 11.1),
    ("success", "success-wash", 5.7),
    ("warning", "warning-wash", 5.7),
    ("danger", "danger-wash", 5.7),
    ("success", "surface", 4.5),
    ("warning", "surface", 4.5),
    ("danger", "surface", 4.5),
    ("danger", "paper", 4.5),
    ("on-state", "danger", 4.5),
    ("on-state", "danger-pressed", 4.5),
    ("ink", "success-wash", 4.5),
    ("ink", "warning-wash", 4.5),
    ("ink", "danger-wash", 4.5),
    ("control", "surface", 3.1),
    ("control-on-paper", "paper", 3.1),
    ("focus", "focus-edge", 9.7),
]


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_tokens_contrast(theme: dict[str, str], front: str, back: str, least: float) -> None:
    assert round(contrast(theme[front], theme[back]), 1) >= least


def test_dark_theme_has_every_colour_it_needs() -> None:
    assert set(LIGHT) - set(tokens(_DARK_BLOCK)) == {"focus", "band"}


def test_rules_take_their_colours_from_the_tokens() -> None:
    rules = THEME[THEME.index("/* ---- Ground") : THEME.index("@media print")]
    strays = [line for line in rules.splitlines() if re.search(r"#[0-9a-fA-F]{3,8}\b(?!:)", line)]
    # The band keeps its white and its ink in the dark theme too, because a host's colour stays the same.
    assert [line for line in strays if not re.match(r"\.band|\.brand|\s+(body|html):has|  .*:has\(#track", line)] == []


# --- files ----------------------------------------------------------------------------------------------------------


def test_vendored_folders_have_versions_and_licences() -> None:
    folders = sorted((STATIC / "vendor").iterdir())
    assert [folder.name for folder in folders] == ["bootstrap-5.3.8", "sortablejs-1.15.7", "source-sans-3-5.3.0"]
    assert all((folder / "LICENSE").stat().st_size > 500 for folder in folders)


def test_static_files_are_immutable_and_for_own_pages(app: Flask) -> None:
    response = app.test_client().get(f"{app.static_url_path}/theme.css")
    assert (response.status_code, response.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "immutable" in response.headers["Cache-Control"]


def test_static_files_that_pages_name_exist() -> None:
    names = set(re.findall(r"url_for\(['\"]static['\"], filename=['\"]([^'\"]+)['\"]", ALL_TEMPLATES))
    assert names
    assert [name for name in sorted(names) if not (STATIC / name).is_file()] == []


def test_files_named_by_the_theme_exist() -> None:
    assert [name for name in re.findall(r'url\("([^"]+)"\)', THEME) if not (STATIC / name).is_file()] == []


def test_icons_used_by_pages_are_defined() -> None:
    drawn = set(re.findall(r'^  "([a-z-]+)": \'<', (ROOT / "templates/_macros/icons.html").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bicon\([\"']([a-z-]+)[\"']\)", ALL_TEMPLATES)) - drawn == set()


def test_classes_that_pages_use_are_defined() -> None:
    bootstrap = (STATIC / "vendor/bootstrap-5.3.8/bootstrap.min.css").read_text()
    defined = set(re.findall(r"\.([a-z][a-z0-9-]*)", THEME + bootstrap))
    # What Jinja puts together is left out, and so is the piece of a name that stands beside it.
    plain = re.sub(r"[\w-]*(\{\{.*?\}\}|\{%.*?%\})[\w-]*", " ", ALL_TEMPLATES, flags=re.DOTALL)
    used = {name for value in re.findall(r'class="([^"]*)"', plain) for name in value.split()}
    assert sorted(used - defined) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_templates_hold_nothing_the_security_policy_forbids(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", text) == []
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert [tag for tag in scripts if "src=" not in tag and "application/ld+json" not in tag] == []


# --- the frame of a page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title"),
    [("fi", "Sivua ei löydy"), ("sv", "Sidan hittades inte"), ("en", "Page not found")],
)
def test_a_missing_page_says_so_in_its_language(client: FlaskClient, language: str, title: str) -> None:
    page = read_page(client, f"/{language}/there-is-nothing-here", status=404)
    assert (page.title, page.heading, page.lang) == (f"{title} – EventHub", title, language)


def test_page_has_a_skip_link_to_its_main_part(client: FlaskClient) -> None:
    page = read_page(client, "/en/there-is-nothing-here", status=404)
    assert (
        page.attributes("a.skip-link", "href") == [f"#{name}" for name in page.attributes("main", "id")] == ["#content"]
    )


def _refusals(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [each for child in kind.__subclasses__() for each in (child, *_refusals(child))]


@pytest.mark.parametrize("kind", [kind for kind in _refusals() if not kind.__subclasses__()], ids=lambda k: k.__name__)
def test_every_refusal_has_words_of_its_own(app: Flask, kind: type[Refusal]) -> None:
    more: dict[type[Refusal], tuple[object, ...]] = {
        CapacityBelowTaken: (3, Attendance.ONLINE),
        DayOutOfRange: (92,),
        InvalidAnswer: (1, AnswerFault.REQUIRED),
        InvalidAnswers: ((),),
        RuleTooFar: (31,),
        TooManySessions: (300,),
        WeakPassword: (PasswordFault.COMMON,),
        Taken: ("slug",),
    }
    with in_english(app):
        page = Page(render_template("errors/refusal.html", refusal=kind(*more.get(kind, ()))))
        untold = Page(render_template("errors/refusal.html", refusal=Refusal()))
    assert untold.heading == "This cannot be done"
    assert page.heading != untold.heading


@pytest.mark.parametrize("code", [400, 403, 404, 405, 410, 413, 429, 500, 503])
def test_every_error_page_says_what_to_do(app: Flask, code: int) -> None:
    with in_english(app):
        page = Page(render_template("errors/http.html", code=code))
    advice = page.texts("main .prose p:not(.actions)")
    assert advice != []
    assert all(line[0].isupper() and line.endswith(".") for line in advice)


# --- forms ----------------------------------------------------------------------------------------------------------


class Title(Form):
    fi = StringField()
    sv = StringField()
    en = StringField()


class Sample(FlaskForm):
    name = StringField("Name", [DataRequired("Tell us your name.")], description="As on the badge.")
    nickname = StringField("Nickname")
    way = RadioField(
        "How", [InputRequired("Choose one.")], choices=[SelectChoice("a", "On site"), SelectChoice("b", "Remotely")]
    )
    agreed = BooleanField("I agree", [DataRequired("Agree first.")])
    title = FormField(Title)


def _render(app: Flask, template: str, **typed: str) -> Page:
    with in_english(app, method="POST", data=typed):
        form = Sample(meta={"csrf": False})
        form.validate()
        head = '{% from "_macros/forms.html" import field, translated, error_summary %}'
        return _piece(head + template, form=form)


def _piece(template: str, **values: object) -> Page:
    """Return a page whose main part is what the template renders."""
    return Page(f"<main>{render_template_string(template, **values)}</main>")


def test_hint_and_error_are_tied_to_the_control(app: Flask) -> None:
    page = _render(app, "{{ field(form.name) }}")
    assert page.attributes("input#name", "aria-describedby") == ["name-hint name-error"]
    assert page.attributes("input#name", "aria-invalid") == ["true"]
    assert (page.texts("#name-hint"), page.errors) == (["As on the badge."], {"name": "Tell us your name."})


def test_optional_questions_are_marked_and_required_ones_are_not(app: Flask) -> None:
    page = _render(app, "{{ field(form.nickname) }}{{ field(form.name) }}{{ field(form.way) }}{{ field(form.agreed) }}")
    assert page.texts("label[for=nickname]") == ["Nickname (optional)"]
    assert [label for label in page.texts("label, legend") if "optional" in label] == ["Nickname (optional)"]


def test_radios_are_a_group_with_a_legend(app: Flask) -> None:
    page = _render(app, "{{ field(form.way) }}")
    assert page.attributes("fieldset", "aria-describedby") == ["way-error"]
    assert page.texts("fieldset > legend") == ["How"]
    assert page.attributes("input[type=radio]", "id") == page.attributes("label", "for") == ["way-0", "way-1"]


def test_the_summary_leads_to_each_field(app: Flask) -> None:
    page = _render(app, "{{ error_summary(form) }}")
    assert page.links == [
        ("Tell us your name.", "#name"),
        ("Choose one.", "#way-0"),
        ("Agree first.", "#agreed"),
    ]
    assert page.attributes("[role=alert][autofocus]", "tabindex") == ["-1"]


def test_translated_field_shows_three_languages_and_marks_the_missing(app: Flask) -> None:
    page = _render(app, '{{ translated("Title", form.title) }}', **{"title-fi": "Foorumi", "title-sv": "Forum"})
    assert page.attributes("input", "lang") == ["fi", "sv", "en"]
    assert page.attributes("input", "aria-describedby") == ["", "", "title-en-hint"]
    assert page.texts("#title-en-hint") == ["Missing"]
    assert page.lines == ["Title", "Title in Finnish", "Title in Swedish", "Title in English Missing"]


# --- figures --------------------------------------------------------------------------------------------------------


def test_bar_chart_has_value_and_n_and_a_table(app: Flask) -> None:
    rows = [{"label": "Active in an association", "count": 405}, {"label": "Not active", "count": 26}]
    with in_english(app):
        page = _piece('{% from "_macros/charts.html" import bars %}{{ bars(rows, 431, "A") }}', rows=rows)
    assert page.attributes(".chart-bar", "width") == ["93.97%", "6.03%"]
    assert page.texts(".chart strong") == ["94%", "6%"]
    assert page.texts(".chart .quiet") == ["n = 431", "(n = 405)", "(n = 26)"]
    assert page.texts("td.num") == ["405", "94%", "26", "6%", "431", ""]


def test_a_band_carries_a_hosts_own_colour_without_a_style(app: Flask) -> None:
    template = '{% from "_macros/layout.html" import band %}{% call band("#ffd500") %}Forum{% endcall %}'
    with in_english(app):
        page = _piece(template)
    assert page.attributes("[fill^='#']", "fill") == ["#8c7500"]
    assert page.attributes("[style]", "style") == []


def test_hosts_in_the_band_are_logos_or_names(app: Flask) -> None:
    logo = Picture(digest="a" * 64, media_type="image/webp", width=480, height=120)
    hosts = [
        Organisation(short_name=same("SPEK")),
        Organisation(short_name=same("SOSTE"), logo=logo),
        Organisation(short_name=same("A & B")),
    ]
    template = '{% from "_macros/layout.html" import host_tiles %}{{ host_tiles(hosts) }}'
    with in_english(app):
        page = _piece(template, hosts=hosts)
    assert page.texts("li") == ["SPEK", "", "A & B"]
    assert [page.attributes("li img", name) for name in ("src", "alt", "width", "height")] == [
        [f"/pictures/{'a' * 64}.webp"],
        ["SOSTE"],
        ["480"],
        ["120"],
    ]


def test_markdown_headings_begin_below_the_page_heading() -> None:
    assert markdown("# A\n## B\n### C") == "<h3>A</h3>\n<h3>B</h3>\n<h3>C</h3>\n"
    assert markdown("# A\n### C", 2) == "<h2>A</h2>\n<h3>C</h3>\n"

"""The house rules that a machine can hold: layers, languages, settings, letters, templates, and no dark corners."""

from __future__ import annotations

import ast
import re
import string
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from eventhub.app import create_app
from eventhub.domain import errors
from eventhub.domain.enums import MessageKind
from eventhub.settings import Settings

from .conftest import make_settings
from .support import call_graph

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
LAYERS = ("db", "domain", "mail", "models", "queries", "samples", "services", "web")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "N_": None,
    "_n": (1, 2),
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
#: Strings that are the same word in the language, or a name or a pattern rather than words.
SAME_IN = {
    "fi": {"EventHub", "Forum", "Logo", "UTC", "CSV", "XLSX", "JSON", "PDF", "n = %(n)s"},
    "sv": {
        *("EventHub", "UTC", "CSV", "XLSX", "JSON", "PDF", "n = %(n)s", "London"),
        *("Forum", "Program", "Workshop", "Seminar", "Material", "Organisation", "organisation", "Region", "Text"),
        *("Status", "%(count)s material", "%(number)s person"),
    },
}


#: Read by docker-compose.yml, not by the service.
OF_THE_COMPOSE_FILE = {"EVENTHUB_LISTEN", "EVENTHUB_IMAGE"}


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- names ----------------------------------------------------------------------------------------------------------


def test_public_names_of_classes_and_functions_are_unique() -> None:
    """One name for one thing, and one thing for one name; what is registered, and never called by its name, is free."""
    places: dict[str, list[str]] = {}
    for path in python_files("eventhub", "workers"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not is_exempt(node):
                places.setdefault(node.name, []).append(relative(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def is_exempt(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Return whether it is private, an entry point, a route or a command."""
    if node.name.startswith("_") or node.name in {"init_app", "main"}:
        return True
    calls = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in {"get", "post", "command"} for call in calls)


# --- layers ---------------------------------------------------------------------------------------------------------


def test_import_contracts_are_the_agreed_ones() -> None:
    """import-linter holds them, in `make check`; this holds import-linter."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers, pure, unaware, apart = contracts
    assert layers["type"] == "layers"
    assert layers["exhaustive"] is True
    assert layers["containers"] == ["eventhub"]
    assert layers["layers"] == [
        "app",
        "web | cli",
        "samples",
        "services | queries",
        "mail",
        "urls",
        "models",
        "db",
        "domain | settings | clock | logging",
    ]
    assert pure["source_modules"] == ["eventhub.domain"]
    assert {"flask", "sqlalchemy", "celery", "redis"} <= set(pure["forbidden_modules"])
    assert unaware["source_modules"] == ["eventhub"]
    assert {"celery", "workers"} <= set(unaware["forbidden_modules"])
    assert apart["type"] == "independence"
    assert apart["modules"] == ["eventhub.web.organise.*"]


@pytest.mark.parametrize("layer", LAYERS)
def test_tests_mirror_the_tree(layer: str) -> None:
    """`tests/services/test_places.py` is about `eventhub/services/places.py`; a package may have one file of tests."""
    here = ROOT / "eventhub" / layer
    subjects = (
        {here / layer}
        | {path.with_suffix("") for path in here.rglob("*.py")}
        | {p for p in here.rglob("*") if p.is_dir()}
    )
    subjects |= {here / "look"} if layer == "web" else set()  # the theme and the templates that all pages share
    names = {path.relative_to(here) for path in subjects}
    strays = [
        relative(path)
        for path in sorted((ROOT / "tests" / layer).rglob("test_*.py"))
        if not any(
            path.parent.relative_to(ROOT / "tests" / layer) == name.parent
            and re.fullmatch(rf"test_{name.name}(_.*)?", path.stem)
            for name in names
        )
    ]
    assert strays == []


@pytest.mark.parametrize("layer", ["domain", "services"])
def test_every_rule_and_service_has_its_tests(layer: str) -> None:
    tests = {path.relative_to(ROOT / "tests") for path in (ROOT / "tests" / layer).rglob("test_*.py")}
    untested = [
        relative(path)
        for path in sorted((ROOT / "eventhub" / layer).rglob("*.py"))
        if path.stem not in {"__init__", "enums", "errors"}
        and not any(
            test.parent == path.parent.relative_to(ROOT / "eventhub")
            and re.fullmatch(rf"test_{path.stem}(_.*)?", test.stem)
            for test in tests
        )
    ]
    assert untested == []


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls in a file, each with its dotted name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_only_transactions_commit() -> None:
    """One transaction per service, `with transaction():`; nothing else commits or rolls back."""
    places = {
        relative(path)
        for path in python_files("eventhub", "workers")
        for name, _ in calls(path)
        if name.endswith(("session.commit", "session.rollback"))
    }
    # `delivery` ends what it has only read: a mail server that is slow keeps no transaction open.
    assert sorted(places) == ["eventhub/db/transactions.py", "eventhub/services/messages/delivery.py"]


def test_only_the_clock_module_reads_the_time() -> None:
    readers = {
        relative(path)
        for path in python_files("eventhub", "workers")
        for name, _ in calls(path)
        if name in {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    }
    assert sorted(readers) == ["eventhub/clock.py", "workers/alive.py"]  # the latter, a file's age


def test_rules_and_services_take_now_as_argument() -> None:
    """`utcnow` is for entry points: pages, commands, tasks, and the sending of mail, which takes its time."""
    users = [relative(path) for path in python_files("eventhub") if "utcnow" in path.read_text()]
    entry = (
        "eventhub/clock.py",
        "eventhub/cli/",
        "eventhub/web/",
        "eventhub/mail/",
        "eventhub/db.py",
        "eventhub/app.py",
    )
    assert [path for path in users if not path.startswith(entry)] == []


def test_celery_tasks_are_never_scheduled_ahead() -> None:
    """On Redis a task that waits longer than the visibility timeout comes again and again (celery#2481)."""
    keywords = {
        (relative(path), keyword.arg)
        for path in python_files("workers")
        for _, call in calls(path)
        for keyword in call.keywords
    }
    assert {found for found in keywords if found[1] in {"eta", "countdown"}} == set()


def test_only_the_lifespan_compares_an_events_end_with_now() -> None:
    """`event.is_over(now)`, `event.is_cancelled` and `event.can_change(now)` say it everywhere else."""
    pattern = re.compile(
        r"now(\(\))? *[<>]=? *([\w.]*\.)?event\.ends_at(?! *[+-])|event\.ends_at *[<>]=? *now"
        r"|event\.status (is|==|is not|!=) (EventStatus\.CANCELLED|.cancelled.)|event\.cancelled_at is"
    )
    files = [*python_files("eventhub", "workers"), *page_templates()]
    found = [relative(path) for path in files if pattern.search(path.read_text())]
    assert found == ["eventhub/domain/events/lifespan.py"]


def test_settings_are_read_by_one_function() -> None:
    users = [relative(path) for path in python_files("eventhub") if '"eventhub.settings"' in path.read_text()]
    assert sorted(users) == ["eventhub/app.py", "eventhub/settings.py"]


def test_legacy_queries_are_not_used() -> None:
    legacy = [
        relative(path)
        for path in python_files("eventhub", "workers", "tests", "benchmarks")
        if re.search(r"\bsession\.query\(|\b[A-Z]\w+\.query\b", path.read_text())
    ]
    assert legacy == []


# --- no dark corners ------------------------------------------------------------------------------------------------


def test_code_has_no_placeholder_and_no_skipped_test() -> None:
    pattern = re.compile(
        r"\b(TODO|FIXME|XXX)\b|NotImplementedError|[Ll]orem ipsum|[Cc]oming soon"
        r"|mark\.(skip|xfail)|pytest\.(skip|xfail)|# type: ignore(?!\[)|# noqa(?!: [A-Z])"
    )
    here = Path(__file__)
    files = [*python_files("eventhub", "workers", "tests", "benchmarks"), *TEMPLATES.rglob("*.*")]
    found = [
        f"{relative(path)}:{number}"
        for path in files
        if path != here
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_public_functions_and_modules_have_docstrings() -> None:
    """A docstring on each module, and on each public function of rules and services."""
    silent = []
    for path in python_files("eventhub", "workers"):
        tree = ast.parse(path.read_text())
        if path.read_text().strip() and ast.get_docstring(tree) is None:
            silent.append(relative(path))
        if path.parent.name in {"domain", "services"}:
            silent += [
                f"{relative(path)}: {node.name}"
                for node in tree.body
                if isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and ast.get_docstring(node) is None
            ]
    assert silent == []


#: People are *they*; "somebody" and "nobody" hide which role is meant (a participant, an organiser, a user).
UNCLEAR = re.compile(r"\b(she|her|hers|herself|whoever|whom|somebody|nobody|everybody)\b", re.IGNORECASE)
LONGEST_FIRST_LINE = 100


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """All docstrings of a file, those of attributes too, each with its line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def comments(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def test_docstrings_begin_with_a_short_line() -> None:
    long = [
        f"{relative(path)}:{line}"
        for path in python_files("eventhub", "workers", "benchmarks")
        for line, text in docstrings(path)
        if len(text.split("\n")[0]) > LONGEST_FIRST_LINE
    ]
    assert long == []


def test_docstrings_and_comments_name_the_role_of_people() -> None:
    unclear = [
        f"{relative(path)}:{line}"
        for path in python_files("eventhub", "workers", "benchmarks", "tests")
        for line, text in (*docstrings(path), *comments(path))
        if path != Path(__file__) and UNCLEAR.search(text)
    ]
    assert unclear == []


def test_docstrings_name_exceptions_in_the_fixed_form() -> None:
    """`Raises: X, Y when …`."""
    loose = [
        f"{relative(path)}:{line}"
        for path in python_files("eventhub", "workers", "benchmarks", "tests")
        for line, text in docstrings(path)
        if re.search(r"\b[Rr]aises (an? )?_?[A-Z]", text)
    ]
    assert loose == []


def test_the_tree_of_refusals_is_that_of_the_classes() -> None:
    def lines(kind: type[errors.Refusal], before: str = "") -> Iterator[tuple[str, str]]:
        below = kind.__subclasses__()
        for number, child in enumerate(below, 1):
            last = number == len(below)
            yield f"{before}{'└── ' if last else '├── '}", child.__name__
            yield from lines(child, before + ("    " if last else "│   "))

    told = re.findall(r"^([│├└─ ]*── )(\w+)", errors.__doc__ or "", re.MULTILINE)
    assert told == list(lines(errors.Refusal))


#: What the call graph finds and cannot happen: `_may_enter` refuses participants and staff (`by`) differently.
NEVER = {
    "eventhub.services.registrations.registering.register": {"Unchangeable"},
    "eventhub.services.registrations.registering.add_by_hand": {"RegistrationClosed"},
}


def test_services_name_exactly_the_refusals_that_they_raise() -> None:
    """A violated constraint may be named too: `transaction` turns it into Taken or EditConflict."""
    wrong = {}
    for path, raised in call_graph.refusals().items():
        module, _, name = path.rpartition(".")
        if module.startswith("eventhub.services.") and not name.startswith("_"):
            named = call_graph.named(ast.get_docstring(call_graph.modules()[module].functions[name]) or "")
            expected = raised - NEVER.get(path, set())
            allowed = expected | (call_graph.FROM_CONSTRAINTS if call_graph.transacts(path) else frozenset())
            if not expected <= named <= allowed:
                wrong[path] = {"raised": sorted(expected), "named": sorted(named)}
    assert wrong == {}


# --- templates ------------------------------------------------------------------------------------------------------


def page_templates() -> list[Path]:
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if "emails" not in path.parts]


def test_pages_have_no_inline_script_or_style() -> None:
    """The content security policy refuses them. Data blocks (JSON-LD) are not scripts."""
    inline = re.compile(
        r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)",
        re.IGNORECASE,
    )
    found = [
        f"{relative(path)}:{number}"
        for path in page_templates()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    ]
    assert found == []


def test_pages_load_nothing_from_elsewhere() -> None:
    foreign = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE)
    assert [relative(path) for path in page_templates() if foreign.search(path.read_text())] == []


def test_each_letter_has_its_three_templates() -> None:
    letters = {path.name: {file.name for file in path.iterdir()} for path in (TEMPLATES / "emails").iterdir()
               if path.is_dir() and not path.name.startswith("_")}  # fmt: skip
    assert set(letters) == {str(kind) for kind in MessageKind}
    three = {"subject.txt", "body.txt", "body.html"}
    assert {name: sorted(three - files) for name, files in letters.items() if three - files} == {}


# --- languages ------------------------------------------------------------------------------------------------------


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def not_hidden(directory: str) -> bool:
    """Babel's own filter would leave out templates/_macros too."""
    return not Path(directory).name.startswith(".")


@cache
def interface() -> Catalog:
    """Every string of the interface, extracted now."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog()
    for _, _, message, _, context in extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=not_hidden):
        if message:
            catalog.add(message, context=context)
    return catalog


@cache
def catalogue(language: str) -> Catalog:
    with (ROOT / f"eventhub/translations/{language}/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


def placeholders(text: str) -> set[str]:
    """The names that a string has filled in, in gettext's or in format's way."""
    return set(re.findall(r"%\((\w+)\)", text)) | {name for _, name, _, _ in _parts(text) if name}


def _parts(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(text))
    except ValueError:  # a brace of its own
        return []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_interface_string_is_translated(language: str) -> None:
    missing = []
    for message in interface():
        found = catalogue(language).get(message.id, message.context) if message.id else None
        strings = (found.string,) if found and isinstance(found.string, str) else (found.string if found else ())
        if message.id and (found is None or found.fuzzy or not strings or not all(strings)):
            missing.append(key(message))
    assert missing == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_translations_are_complete_with_the_same_placeholders(language: str) -> None:
    same, different = [], []
    for message in interface():
        found = catalogue(language).get(message.id, message.context) if message.id else None
        if found is None or not found.string or not all(found.string):
            continue
        originals = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        translations = (found.string,) if isinstance(found.string, str) else tuple(found.string)
        words = re.sub(r"%\(\w+\)s|[\W\d_]", "", originals[0])
        if originals[0] == translations[0] and words and originals[0] not in SAME_IN[language]:
            same.append(originals[0])
        if any(placeholders(text) - placeholders(originals[-1]) for text in translations) or (
            placeholders(originals[-1]) - set().union(*map(placeholders, translations))
        ):
            different.append(originals[0])
    assert (same, different) == ([], [])


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_catalogues_hold_no_obsolete_string(language: str) -> None:
    wanted = {key(message) for message in interface() if message.id}
    assert sorted(key(message) for message in catalogue(language) if message.id and key(message) not in wanted) == []


# --- operators' documents -------------------------------------------------------------------------------------------


def test_each_setting_stands_in_the_example_and_in_the_documents() -> None:
    names = {f"EVENTHUB_{field.name.upper()}" for field in fields(Settings)}
    for document in (ROOT / ".env.example", ROOT / "docs/running.md"):
        told = {name.removesuffix("_FILE") for name in re.findall(r"\bEVENTHUB_[A-Z_]+[A-Z]\b", document.read_text())}
        assert told - OF_THE_COMPOSE_FILE == names, relative(document)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


def test_each_command_stands_in_the_documents(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    theirs = {"db", "run", "shell", "routes", "users", "roles"}  # of Flask and its extensions
    ours = [name for name in commands(app.cli) if name.split()[0] not in theirs]
    told = (ROOT / "docs/running.md").read_text()
    assert "demo load" in ours
    assert [name for name in ours if f"eventhub.app {name}" not in told] == []


def test_each_target_of_the_makefile_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert explained == set(phony.group(1).split())


# --- the documents -------------------------------------------------------------------------------------------------


def test_paths_in_the_architecture_document_exist() -> None:
    """Every path in backticks that ends in .py, .html or .toml, or as a folder in a slash."""
    text = (ROOT / "docs/architecture.md").read_text()
    paths = re.findall(r"`([\w./-]+(?:\.py|\.html|\.toml|/))`", text)
    missing = sorted({
        path for path in paths if not ((ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file())
    })  # fmt: skip
    assert len(paths) > 100
    assert missing == []

"""Long words, names and addresses make no page wider than a phone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext
from sqlalchemy import String, select

from eventhub.db import db
from eventhub.db.session import Base
from eventhub.db.types import OptionsType, TranslatedTextType
from eventhub.domain.languages import LANGUAGES, TranslatedText
from tests.support.running import inside
from tests.support.servers import EventHub

from .eyes import Eyes
from .furnished import Furnished
from .test_axe import Visit, address_of, visits
from .walking import send

#: The narrowest window of WCAG 1.4.10, and a usual phone.
NARROW: Final = (320, 390)
COMPOUND: Final = "Sosiaaliturvaturvattomuusselvitysmenettelytoimikunta"
MAP: Final = "https://map.example/?address=Toinen+linja+14&view=" + "61.4978x23.7610x" * 6
LINES: Final = f"{COMPOUND}: {MAP}"
#: Columns of one line that people fill in.
_TYPED: Final = {"name", "organisation", "job_title", "contact_name", "actor_name"}
_ADDRESSES: Final = {"email", "contact_email", "recipient"}


def _lengthen() -> None:
    """Give every text that people enter a long word or a long address."""
    for mapper in Base.registry.mappers:
        if mapper.local_table.name in {"role", "audit_entry"}:
            continue
        for row in db.session.scalars(select(mapper.class_)):
            for column in mapper.columns:
                key = mapper.get_property_by_column(column).key
                value = getattr(row, key)
                if value:
                    setattr(row, key, _long(column, value, getattr(row, "id", 0)))
    db.session.commit()


def _long(column: Any, value: Any, number: int) -> Any:
    if isinstance(column.type, TranslatedTextType):
        several = column.name in {"description", "practical", "intro", "report_intro", "cancel_reason", "address"}
        text = MAP if column.name.endswith("_url") else LINES if several else COMPOUND
        return TranslatedText(dict.fromkeys(LANGUAGES, text))
    if isinstance(column.type, OptionsType):
        return tuple(replace(one, label=TranslatedText(fi=COMPOUND, sv=COMPOUND, en=COMPOUND)) for one in value)
    if isinstance(column.type, String) and column.name in _TYPED:
        return COMPOUND
    if isinstance(column.type, String) and column.name in _ADDRESSES:
        return f"etunimi.sukunimi-sukunimi{number:06}@hyvinvointialue.example"
    return value


@pytest.fixture(scope="module")
def lengthened(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """The furnished EventHub with long words in all its texts, on a web server of its own."""
    directory = tmp_path_factory.mktemp("lengthened")
    file = directory / "lengthened.sqlite3"
    source = furnished.hub.environment["EVENTHUB_DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(source) as before, sqlite3.connect(file) as after:
        before.backup(after)
    with EventHub(directory, EVENTHUB_DATABASE_URL=f"sqlite:///{file}") as hub:
        with inside(hub):
            _lengthen()
        hub.start_web()
        yield Furnished(hub, **furnished.without_hub())


@pytest.fixture(scope="module")
def narrow(lengthened: Furnished, make_window: Callable[..., BrowserContext]) -> dict[bool, Eyes]:
    """Browser windows: of a signed-in user (True), and of an anonymous one (False)."""
    found = {signed_in: Eyes(make_window().new_page()) for signed_in in (False, True)}
    page = found[True].page
    page.goto(f"{lengthened.hub.address}/en/account/link/{lengthened.sign_in[0]}")
    send(page)
    assert "/organise/" in page.url
    return found


@pytest.mark.parametrize(
    ("visit", "language"),
    [
        pytest.param(visit, str(LANGUAGES[number % 3]), id=visit.name)
        for number, visit in enumerate(visits())
        if visit.act is None
    ],
)
def test_page_is_no_wider_than_its_window(
    visit: Visit, language: str, lengthened: Furnished, narrow: dict[bool, Eyes]
) -> None:
    eyes = narrow[visit.signed_in]
    address = address_of(lengthened, visit.endpoint, language, visit.where)
    eyes.page.goto(address, wait_until="domcontentloaded")
    found = eyes.look(language, widths=NARROW, with_axe=False)
    assert [line for line in found if " wide: " in line] == [], address

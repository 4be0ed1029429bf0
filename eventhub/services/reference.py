"""Reference data, also in production: the regions and the public bodies."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.domain.languages import LANGUAGES, TranslatedText
from eventhub.models import Organisation, Region

DATA: Final = Path(__file__).resolve().parent.parent / "data"

#: The order of regions in lists: the counties by their official codes, then the rest.
_KINDS: Final = ("county", "city", "autonomous", "nationwide", "abroad")
#: Short names that the file had while one stood for all languages.
_FORMER_SHORT_NAMES: Final = frozenset({"STM / SHM", "SM / IM"})


@dataclass(frozen=True, slots=True)
class ReferenceLoaded:
    """The numbers of new rows."""

    regions: int
    organisations: int


def load_reference() -> ReferenceLoaded:
    """Load regions and organisations (idempotent).

    A region is updated from the file each time. An organisation is added once and edited by its members from then on;
    the file then only fills the languages that it lacks.
    """
    with transaction():
        return ReferenceLoaded(regions=_load_regions(), organisations=_load_organisations())


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the CSV files beside the sample data."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load_regions() -> int:
    known = {region.code: region for region in db.session.scalars(select(Region))}
    ordered = sorted(rows("regions.csv"), key=lambda row: (_KINDS.index(row["kind"]), row["code"]))
    for position, row in enumerate(ordered):
        region = known.get(row["code"])
        if region is None:
            region = Region(code=row["code"])
            db.session.add(region)
        region.name = TranslatedText(fi=row["fi"], sv=row["sv"], en=row["en"])
        region.kind = row["kind"]
        region.bilingual = row["bilingual"] == "yes"
        region.position = position
    return len(ordered) - len(known.keys() & {row["code"] for row in ordered})


def _load_organisations() -> int:
    known = {organisation.slug: organisation for organisation in db.session.scalars(select(Organisation))}
    listed = rows("organisations.csv")
    for row in listed:
        organisation = known.get(row["slug"])
        if organisation is None:
            organisation = Organisation(
                slug=row["slug"],
                short_name=TranslatedText(),
                name=TranslatedText(),
                kind=row["kind"],
                website_url=TranslatedText(),
            )
            db.session.add(organisation)
        organisation.short_name = _completed(organisation.short_name, _columns(row, "short_"))
        organisation.name = _completed(organisation.name, _columns(row, ""))
        organisation.website_url = _completed(organisation.website_url, _columns(row, "website_"))
    return len({row["slug"] for row in listed} - known.keys())


def _columns(row: dict[str, str], prefix: str) -> TranslatedText:
    return TranslatedText({language: row[prefix + language] for language in LANGUAGES})


def _completed(texts: TranslatedText, listed: TranslatedText) -> TranslatedText:
    """Return a text with the file's in the languages that it lacks.

    One that is alike in all languages and the file's Finnish one, or a former one, was written before there was one for
    each language: it becomes the file's.
    """
    if len(texts) == len(LANGUAGES) and set(texts.values()) <= {listed["fi"], *_FORMER_SHORT_NAMES}:
        return listed
    return TranslatedText({**listed, **texts})

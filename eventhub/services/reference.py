"""Reference data, also in production: the regions and the public bodies."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.domain.languages import TranslatedText
from eventhub.models import Organisation, Region

DATA: Final = Path(__file__).resolve().parent.parent / "data"

#: The order of regions in lists: the counties by their official codes, then the rest.
_KINDS: Final = ("county", "city", "autonomous", "nationwide", "abroad")
_WEBSITES: Final = {
    "soste": "https://www.soste.fi/",
    "spek": "https://www.spek.fi/",
    "kuntaliitto": "https://www.kuntaliitto.fi/",
    "hyvil": "https://hyvil.fi/",
    "sitra": "https://www.sitra.fi/",
    "thl": "https://thl.fi/",
    "stm": "https://stm.fi/",
    "sm": "https://intermin.fi/",
}


@dataclass(frozen=True, slots=True)
class ReferenceLoaded:
    """The numbers of new rows."""

    regions: int
    organisations: int


def load_reference(*, now: datetime) -> ReferenceLoaded:
    """Load regions and organisations (idempotent).

    A region is updated from the file each time; an organisation is added once and edited by its members from then
    on. `now` is unused, since the rows carry no time; it keeps the signature of a service.
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
    known = set(db.session.scalars(select(Organisation.slug)))
    new = [row for row in rows("organisations.csv") if row["slug"] not in known]
    db.session.add_all(
        Organisation(
            slug=row["slug"],
            short_name=row["short"],
            name=TranslatedText(fi=row["fi"], sv=row["sv"], en=row["en"]),
            kind=row["kind"],
            website_url=_WEBSITES[row["slug"]],
        )
        for row in new
    )
    return len(new)

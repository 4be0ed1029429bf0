"""Reference data, as production loads it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.domain.languages import TranslatedText
from eventhub.models import Organisation, Region
from eventhub.services.reference import ReferenceLoaded, load_reference


def test_loads_every_region_and_organisation_once(db_session: Session) -> None:
    assert load_reference() == ReferenceLoaded(regions=25, organisations=8)
    assert load_reference() == ReferenceLoaded(regions=0, organisations=0)
    counties = db_session.scalar(select(func.count()).where(Region.kind == "county"))
    assert counties == 21


def test_regions_are_listed_counties_first(db_session: Session) -> None:
    load_reference()
    codes = list(db_session.scalars(select(Region.code).order_by(Region.position)))
    assert codes == [f"{code:02}" for code in range(1, 22)] + ["90", "91", "00", "99"]


def test_a_name_changed_in_the_file_reaches_the_region(db_session: Session) -> None:
    load_reference()
    db_session.get_one(Region, "17").name = TranslatedText(fi="Vanha nimi")
    db_session.commit()
    load_reference()
    assert db_session.get_one(Region, "17").name["sv"] == "Österbottens välfärdsområde"


def test_organisations_own_texts_survive_reloading(db_session: Session) -> None:
    load_reference()
    soste = db_session.scalars(select(Organisation).where(Organisation.slug == "soste")).one()
    soste.colour = "#123456"
    soste.name = TranslatedText(fi="SOSTE")
    db_session.commit()
    load_reference()
    db_session.refresh(soste)
    assert (soste.colour, soste.name["fi"]) == ("#123456", "SOSTE")


def test_a_language_that_an_organisation_lacks_is_filled_in(db_session: Session) -> None:
    load_reference()
    municipalities = db_session.scalars(select(Organisation).where(Organisation.slug == "kuntaliitto")).one()
    municipalities.short_name = TranslatedText(fi="Liitto")
    db_session.commit()
    load_reference()
    db_session.refresh(municipalities)
    assert municipalities.short_name == TranslatedText(
        fi="Liitto", sv="Kommunförbundet", en="Association of Finnish Municipalities"
    )


@pytest.mark.parametrize(
    ("slug", "former", "short_name"),
    [
        ("kuntaliitto", "Kuntaliitto", ("Kuntaliitto", "Kommunförbundet", "Association of Finnish Municipalities")),
        ("stm", "STM / SHM", ("STM", "SHM", "Ministry of Social Affairs and Health")),
        ("kuntaliitto", "Liitto", ("Liitto", "Liitto", "Liitto")),
    ],
)
def test_a_short_name_from_before_languages_becomes_the_file_s(
    db_session: Session, slug: str, former: str, short_name: tuple[str, str, str]
) -> None:
    load_reference()
    organisation = db_session.scalars(select(Organisation).where(Organisation.slug == slug)).one()
    organisation.short_name = TranslatedText(fi=former, sv=former, en=former)
    db_session.commit()
    load_reference()
    db_session.refresh(organisation)
    assert tuple(organisation.short_name.values()) == short_name

"""What an organisation says of itself: changed by one at a time, and shown at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import HostRole
from eventhub.domain.errors import EditConflict
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import Event, Organisation, Picture
from eventhub.services.organisations import edit_organisation, organisation_draft_of
from tests.support.factories import NOW, make_event, make_organisation, picture_file, same, texts

pytestmark = pytest.mark.usefixtures("db_session")


def change(organisation: Organisation, *, painted: str | None = None, **values: Any) -> None:
    """Save it with these values, and with a logo when it is said how that is painted."""
    before = organisation_draft_of(organisation)
    logo = drawn(picture_file(colour=painted), Shape.LOGO) if painted else None
    draft = replace(before, **values, **({"logo": logo.digest} if logo else {}))
    edit_organisation(organisation, draft, logo=logo, form_version=version_of(before), actor=SYSTEM, now=NOW)


def pictures() -> int:
    return db.session.scalar(select(func.count()).select_from(Picture)) or 0


def test_every_field_of_an_organisation_can_be_changed() -> None:
    organisation = make_organisation("soste")
    said: dict[str, Any] = {
        "name": texts("Another"),
        "short_name": texts("NEW"),
        "website_url": texts("https://new.example/"),
        "privacy_url": same("https://new.example/privacy"),
        "colour": "#123456",
    }
    change(organisation, **said)
    db.session.expire_all()
    assert organisation_draft_of(organisation) == replace(organisation_draft_of(make_organisation()), **said)


def test_logo_is_added_replaced_and_removed() -> None:
    organisation = make_organisation("soste")
    change(organisation, painted="red")
    first = organisation.logo_digest
    assert organisation.logo is not None
    assert (organisation.logo.digest, organisation.logo.width, pictures()) == (first, 60, 1)
    change(organisation, painted="blue")
    assert (organisation.logo_digest != first, pictures()) == (True, 1)
    change(organisation, short_name=same("KEPT"))
    assert pictures() == 1
    change(organisation, logo=None)
    assert (organisation.logo, organisation.logo_digest, pictures()) == (None, None, 0)


def test_pages_of_hosted_events_alone_become_stale(db_session: Session) -> None:
    organisation, other = make_organisation("ours"), make_organisation("other")
    leads, helps = make_event(lead=organisation), make_event(lead=other, hosts={organisation: HostRole.SUPPORTER})
    foreign = make_event(lead=other)
    before = {event.id: event.page_version for event in (leads, helps, foreign)}
    change(organisation, painted="red")
    db_session.expire_all()
    after = {event.id: event.page_version for event in db_session.scalars(select(Event))}
    assert {key: after[key] - before[key] for key in after} == {leads.id: 1, helps.id: 1, foreign.id: 0}


def test_edits_are_merged_by_field_and_both_of_one_field_conflict() -> None:
    organisation = make_organisation("soste")
    seen = organisation_draft_of(organisation)
    change(organisation, painted="red")
    edit_organisation(
        organisation, replace(seen, short_name=same("MINE")), form_version=version_of(seen), actor=SYSTEM, now=NOW
    )
    with pytest.raises(EditConflict) as conflict:
        edit_organisation(
            organisation, replace(seen, short_name=same("OURS")), form_version=version_of(seen), actor=SYSTEM, now=NOW
        )
    assert conflict.value.fields == ("short_name.fi", "short_name.sv", "short_name.en")
    db.session.expire_all()
    assert (organisation.short_name, pictures()) == (same("MINE"), 1)


def test_saving_twice_is_no_conflict() -> None:
    organisation = make_organisation("soste")
    seen = organisation_draft_of(organisation)
    logo = drawn(picture_file(), Shape.LOGO)
    for _ in range(2):
        edit_organisation(
            organisation,
            replace(seen, logo=logo.digest),
            logo=logo,
            form_version=version_of(seen),
            actor=SYSTEM,
            now=NOW,
        )
    assert (organisation.logo_digest, pictures()) == (logo.digest, 1)

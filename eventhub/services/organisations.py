"""Organisations: their names, addresses, colour and logo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import AuditAction
from eventhub.domain.errors import Taken
from eventhub.domain.languages import TranslatedText
from eventhub.domain.pictures import Drawn
from eventhub.models import Event, Host, Organisation

from .audit import record
from .pictures import drop_unused, keep


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDraft:
    """An organisation as its organiser wrote it; `logo` is a digest."""

    name: TranslatedText
    short_name: TranslatedText
    website_url: TranslatedText
    privacy_url: TranslatedText
    colour: str | None
    logo: str | None


def add_organisation(
    *, slug: str, short_name: TranslatedText, name: TranslatedText, actor: Actor, now: datetime
) -> Organisation:
    """Add an organisation that can host events; its members add the rest. Raises: Taken."""
    with transaction():
        if db.session.scalar(select(exists().where(Organisation.slug == slug))):
            raise Taken("slug")
        organisation = Organisation(slug=slug, short_name=short_name, name=name, kind="association")
        db.session.add(organisation)
        record(AuditAction.CREATED, actor=actor, now=now, organisation=organisation)
    return organisation


def organisation_draft_of(organisation: Organisation) -> OrganisationDraft:
    """Return an organisation as a draft."""
    return OrganisationDraft(
        name=organisation.name,
        short_name=organisation.short_name,
        website_url=organisation.website_url,
        privacy_url=organisation.privacy_url,
        colour=organisation.colour,
        logo=organisation.logo_digest,
    )


def edit_organisation(
    organisation: Organisation,
    draft: OrganisationDraft,
    *,
    logo: Drawn | None = None,
    form_version: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change an organisation; the pages of its events show it at once.

    `logo` is the picture that `draft.logo` names, if it is a new one. `form_version` is that of what the writer
    saw. Raises: EditConflict.
    """
    with transaction():
        lock_row(organisation)
        before = organisation_draft_of(organisation)
        draft = merge(before, draft, shown=form_version)
        # Lock order: the organisation, its events by id, pictures last (services.pictures).
        _touch_events(organisation, now=now)
        organisation.logo_digest = keep(logo) if logo is not None else draft.logo
        organisation.name = draft.name
        organisation.short_name = draft.short_name
        organisation.website_url = draft.website_url
        organisation.privacy_url = draft.privacy_url
        organisation.colour = draft.colour
        drop_unused([before.logo])
        changes = changes_between(before, organisation_draft_of(organisation))
        if changes:
            record(AuditAction.EDITED, actor=actor, now=now, organisation=organisation, changes=changes)
    db.session.expire(organisation, ["logo"])


def _touch_events(organisation: Organisation, *, now: datetime) -> None:
    """Make the cached pages of all events that it hosts stale.

    The row locks are taken in the order of ids; otherwise two transactions could deadlock.
    """
    hosted = select(Host.event_id).where(Host.organisation_id == organisation.id)
    held = select(Event.id).where(Event.id.in_(hosted)).order_by(Event.id).with_for_update(key_share=True)
    ids = db.session.scalars(held).all()
    db.session.execute(
        update(Event)
        .where(Event.id.in_(ids))
        .values(page_version=Event.page_version + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )

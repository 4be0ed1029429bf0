"""Load sample data and artificial registrations."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.errors import RegistrationClosed
from eventhub.models import Event
from eventhub.samples import crowd, removal
from eventhub.samples import demo as samples
from eventhub.settings import current_settings

group = AppGroup("demo", help="Sample data, marked as sample data wherever it is shown.")


@group.command("load")
def load() -> None:
    """Load the sample data. Running it again adds nothing and overwrites no edits."""
    if current_settings().is_public:
        raise click.ClickException("EVENTHUB_PUBLIC_URL is a public address: no samples are loaded there.")
    loaded = samples.load_demo(now=utcnow())
    click.echo(
        f"New: {loaded.events} events, {loaded.registrations} registrations, "
        f"{loaded.responses} survey responses, {loaded.users} people who sign in."
    )


@group.command("remove")
def remove() -> None:
    """Remove the sample data, and only that: what a real person has registered for stays."""
    removed = removal.remove_demo()
    click.echo(f"Removed: {removed.events} events, {removed.users} people who sign in.")
    if removed.kept:
        click.echo(f"Kept, since real people have registered: {', '.join(removed.kept)}.")


@group.command("crowd")
@click.option("--event", "slug", required=True, metavar="SLUG", help="The last part of the event's address.")
@click.option("--registrations", type=click.IntRange(1, 1_000_000), required=True, metavar="N", help="How many.")
def add_crowd(slug: str, registrations: int) -> None:
    """Register N artificial people with answers; those who do not fit join the waiting list.

    They get no confirmation. Later emails to them go to the Maildir and never to a mail server.
    """
    event = db.session.scalars(select(Event).where(Event.slug == slug)).first()
    if event is None:
        raise click.ClickException(f"There is no event {slug}. The event's address ends with its name.")
    with click.progressbar(length=registrations, label="Registering") as bar:
        try:
            added = crowd.add_crowd(
                event,
                registrations=registrations,
                now=utcnow(),
                progress=lambda done: bar.update(done - bar.pos),
            )
        except RegistrationClosed as refusal:
            raise click.ClickException(
                f"{slug} is cancelled or arranged by others: no one can register here."
            ) from refusal
    click.echo(f"{added.confirmed} have a place, {added.waitlisted} wait for one.")

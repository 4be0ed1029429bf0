"""Commands, by noun: `flask --app eventhub.app demo load`. Each calls one service."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.addresses import mailable
from eventhub.domain.enums import MemberRole
from eventhub.domain.errors import NotFound, Refusal, RegistrationClosed, Taken
from eventhub.domain.events.planning import slug as slugged
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.services.messages import delivery

from . import urls
from .clock import utcnow
from .models import Event, Organisation
from .samples import crowd
from .samples import demo as samples
from .services import accounts, organisations, privacy, reference

demo = AppGroup("demo", help="Sample data, marked as such on every page.")
organisation = AppGroup("organisation", help="Organisations that host events.")
outbox = AppGroup("outbox", help="The outbox of messages.")
people = AppGroup("privacy", help="Erasure of personal data.")
regions = AppGroup("reference", help="Regions and organisations.")
user = AppGroup("user", help="Members of staff who sign in.")


def init_app(app: Flask) -> None:
    """Register the commands."""
    for group in (demo, organisation, outbox, people, regions, user):
        app.cli.add_command(group)


@demo.command("load")
def load() -> None:
    """Load the sample data (idempotent; rows that people have edited stay)."""
    loaded = samples.load_demo(now=utcnow())
    click.echo(
        f"New: {loaded.events} events, {loaded.registrations} registrations, "
        f"{loaded.responses} survey responses, {loaded.users} people who sign in."
    )


@demo.command("crowd")
@click.option("--event", "slug", required=True, metavar="SLUG", help="The last part of the event's address.")
@click.option("--registrations", type=click.IntRange(1, 1_000_000), required=True, metavar="N", help="How many.")
def add_crowd(slug: str, registrations: int) -> None:
    """Register N artificial people with answers, on the waiting list when it is full.

    They get no confirmation. Later messages to them go into the Maildir, and never to a mail server.
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


@organisation.command("add")
@click.argument("slug")
@click.option("--short", required=True, help="Short name: SOSTE.")
@click.option("--short-sv", help="Short name in Swedish, if it differs: Kommunförbundet.")
@click.option("--short-en", help="Short name in English, if it differs.")
@click.option("--fi", required=True, help="Full name in Finnish.")
@click.option("--sv", default="", help="Full name in Swedish, if it has one.")
@click.option("--en", default="", help="Full name in English, if it has one.")
def add_organisation(
    slug: str, short: str, short_sv: str | None, short_en: str | None, fi: str, sv: str, en: str
) -> None:
    """Let an organisation host events; `user add` then lets its people sign in."""
    if slug != slugged(slug, otherwise="") or len(slug) > 60:
        raise click.BadParameter(
            "lower-case letters a to z, digits and hyphens only, at most 60 characters, such as soste.",
            param_hint="SLUG",
        )
    short_name = TranslatedText(fi=short, sv=short_sv or short, en=short_en or short)
    try:
        organisations.add_organisation(slug=slug, short_name=short_name, name=TranslatedText(fi=fi, sv=sv, en=en))
    except Taken as refusal:
        raise click.ClickException(f"There is a {slug} already.") from refusal
    click.echo(f"{short} can host events.")


@outbox.command("status")
def outbox_status() -> None:
    """Print how many messages are in each state, and how long the oldest overdue one has waited."""
    status = delivery.outbox_counts(now=utcnow())
    for state, count in status.counts.items():
        click.echo(f"{state:<10} {count:>8}")
    click.echo(f"{'overdue':<10} {status.overdue:>8}")
    if status.overdue:
        click.echo(f"The oldest should have gone {int(status.oldest_overdue.total_seconds())} s ago.")


@people.command("sweep")
def sweep() -> None:
    """Erase and anonymise what is due; the clock does so by itself."""
    gone = privacy.sweep_personal_data(now=utcnow())
    click.echo(
        f"{gone.erased} people erased on request, {gone.anonymised} anonymised, "
        f"{gone.sensitive_answers} sensitive answers deleted."
    )


@regions.command("load")
def load_reference() -> None:
    """Load the missing regions and organisations; a new service needs it once."""
    loaded = reference.load_reference(now=utcnow())
    click.echo(f"New: {loaded.regions} regions, {loaded.organisations} organisations.")


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as shown in the history.")
@click.option(
    "--organisation",
    "memberships",
    required=True,
    multiple=True,
    metavar="SLUG[:reader]",
    help="Organisation of the person; may be repeated. With `:reader`, read-only.",
)
@click.option("--language", type=click.Choice([str(code) for code in LANGUAGES]), default="fi", show_default=True)
def add_user(email: str, name: str, memberships: tuple[str, ...], language: str) -> None:
    """Let a member of staff sign in, by an emailed link."""
    if mailable(email.strip()) is None:
        raise click.BadParameter(f"no letter reaches {email}.", param_hint="EMAIL")
    parts = {}
    for text in memberships:
        slug, _, role = text.partition(":")
        if role not in ("", *MemberRole):
            raise click.BadParameter(f"{role} is no role; organiser and reader are.", param_hint="--organisation")
        parts[slug] = MemberRole(role or MemberRole.ORGANISER)
    try:
        accounts.add_user(email, name=name, language=Language(language), memberships=parts, now=utcnow())
    except Refusal as refusal:
        raise click.ClickException(_why(refusal, email, parts)) from refusal
    click.echo(f"{email} can sign in.")


@user.command("link")
@click.argument("email")
@click.option("--hours", type=click.IntRange(1, 72), default=1, show_default=True, help="Hours until the link expires.")
def sign_in_link(email: str, hours: int) -> None:
    """Print a single-use sign-in link, for when email does not reach the person."""
    person = accounts.find_user(email)
    if person is None:
        raise click.ClickException(f"{email} has no account yet. Add one with `user add`.")
    token = accounts.issue_sign_in_link(person, now=utcnow(), valid_for=timedelta(hours=hours))
    click.echo(urls.sign_in(token, person.language))


def _why(refusal: Refusal, email: str, parts: dict[str, MemberRole]) -> str:
    if isinstance(refusal, Taken):
        return f"{email} can sign in already."
    if isinstance(refusal, NotFound):
        known = db.session.scalars(select(Organisation.slug).order_by(Organisation.slug))
        return f"No such organisation among {', '.join(parts)}. There are: {', '.join(known) or 'none yet'}."
    return f"Refused: {refusal.name}."

"""Add staff accounts and print sign-in links."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import AppGroup
from sqlalchemy import select

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.addresses import mailable
from eventhub.domain.enums import MemberRole
from eventhub.domain.errors import NotFound, Refusal, Taken
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.models import Organisation
from eventhub.services import accounts

group = AppGroup("user", help="Staff who sign in.")


@group.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name that colleagues see in the history.")
@click.option(
    "--organisation",
    "memberships",
    required=True,
    multiple=True,
    metavar="SLUG[:reader]",
    help="An organisation they work for; repeat for several. `:reader` can look but not edit.",
)
@click.option("--language", type=click.Choice([str(code) for code in LANGUAGES]), default="fi", show_default=True)
def add_user(email: str, name: str, memberships: tuple[str, ...], language: str) -> None:
    """Let a member of staff sign in with a link sent to EMAIL."""
    if mailable(email) is None:
        raise click.BadParameter(f"{email} cannot receive email.", param_hint="EMAIL")
    parts = {}
    for text in memberships:
        slug, _, role = text.partition(":")
        if role not in ("", *MemberRole):
            raise click.BadParameter(f"{role} is not a role; organiser and reader are.", param_hint="--organisation")
        parts[slug] = MemberRole(role or MemberRole.ORGANISER)
    try:
        accounts.add_user(email, name=name, language=Language(language), memberships=parts, now=utcnow())
    except Refusal as refusal:
        raise click.ClickException(_reason(refusal, email, parts)) from refusal
    click.echo(f"{email} can sign in.")


@group.command("link")
@click.argument("email")
@click.option("--hours", type=click.IntRange(1, 72), default=1, show_default=True, help="How long the link works.")
def print_sign_in_link(email: str, hours: int) -> None:
    """Print a single-use sign-in link for EMAIL, for when email does not arrive."""
    person = accounts.find_user(email)
    if person is None:
        raise click.ClickException(f"{email} has no account yet. Add one with `user add`.")
    token = accounts.issue_sign_in_link(person, now=utcnow(), valid_for=timedelta(hours=hours))
    click.echo(urls.sign_in(token, person.language))


def _reason(refusal: Refusal, email: str, parts: dict[str, MemberRole]) -> str:
    if isinstance(refusal, Taken):
        return f"{email} can sign in already."
    if isinstance(refusal, NotFound):
        known = db.session.scalars(select(Organisation.slug).order_by(Organisation.slug))
        return f"No such organisation among {', '.join(parts)}. There are: {', '.join(known) or 'none yet'}."
    return f"Refused: {refusal.name}."

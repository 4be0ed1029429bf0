"""Add staff accounts and print sign-in links."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import click
from flask.cli import AppGroup
from sqlalchemy import select

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.access.actor import COMMAND_LINE
from eventhub.domain.addresses import mailable
from eventhub.domain.enums import MemberRole
from eventhub.domain.errors import LastAdministrator, NotFound, Refusal, Taken
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.models import Organisation, User
from eventhub.services import accounts, colleagues

group = AppGroup("user", help="Staff who sign in.")
_ADMINISTRATOR: Final = "administrator"
_MEMBERSHIP: Final = "SLUG[:reader][:administrator]"


@group.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name that colleagues see in the history.")
@click.option(
    "--organisation",
    "memberships",
    required=True,
    multiple=True,
    metavar=_MEMBERSHIP,
    help="An organisation they work for; repeat for several. `:reader` can look but not edit, `:administrator` "
    "manages the organisation's staff accounts.",
)
@click.option("--language", type=click.Choice([str(code) for code in LANGUAGES]), default="fi", show_default=True)
def add_user(email: str, name: str, memberships: tuple[str, ...], language: str) -> None:
    """Let a member of staff sign in with a link sent to EMAIL."""
    if mailable(email) is None:
        raise click.BadParameter(f"{email} cannot receive email.", param_hint="EMAIL")
    parts, administered = {}, set()
    for text in memberships:
        slug, role, is_administrator = _part(text)
        parts[slug] = role
        if is_administrator:
            administered.add(slug)
    try:
        accounts.add_user(
            email,
            name=name,
            language=Language(language),
            memberships=parts,
            administered=administered,
            now=utcnow(),
        )
    except Refusal as refusal:
        raise click.ClickException(_reason(refusal, email, parts)) from refusal
    click.echo(f"{email} can sign in.")


@group.command("link")
@click.argument("email")
@click.option("--hours", type=click.IntRange(1, 72), default=1, show_default=True, help="How long the link works.")
def print_sign_in_link(email: str, hours: int) -> None:
    """Print a single-use sign-in link for EMAIL, for when email does not arrive."""
    person = _user(email)
    token = accounts.issue_sign_in_link(person, now=utcnow(), valid_for=timedelta(hours=hours))
    click.echo(urls.sign_in(token, person.language))


@group.command("list")
def list_users() -> None:
    """Print the accounts, whether they can sign in, and their organisations."""
    for user in accounts.all_users():
        parts = [
            f"{held.organisation.slug}:{held.role}{':administrator' if held.is_administrator else ''}"
            for held in user.memberships
        ]
        click.echo(f"{user.email}  {'active' if user.active else 'deactivated'}  {' '.join(parts)}".rstrip())


@group.command("role")
@click.argument("email")
@click.argument("membership", metavar=_MEMBERSHIP)
def set_role(email: str, membership: str) -> None:
    """Set the role of EMAIL in an organisation, which they join if need be."""
    slug, role, is_administrator = _part(membership)
    user, organisation = _user(email), _organisation(slug)
    with _refusals():
        colleagues.set_membership(
            user, organisation, role=role, is_administrator=is_administrator, actor=COMMAND_LINE, now=utcnow()
        )
    click.echo(f"{email} is {role} of {slug}{' and its administrator' if is_administrator else ''}.")


@group.command("leave")
@click.argument("email")
@click.argument("organisation", metavar="SLUG")
def leave(email: str, organisation: str) -> None:
    """Remove EMAIL from an organisation; the account stays."""
    user, found = _user(email), _organisation(organisation)
    with _refusals():
        colleagues.remove_member(user, found, actor=COMMAND_LINE, now=utcnow())
    click.echo(f"{email} does not belong to {organisation} any more.")


@group.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """End the sessions of EMAIL and let them sign in no more."""
    user = _user(email)
    with _refusals():
        colleagues.deactivate(user, actor=COMMAND_LINE, now=utcnow())
    click.echo(f"{email} is signed out everywhere and cannot sign in.")


@group.command("activate")
@click.argument("email")
def activate(email: str) -> None:
    """Let EMAIL, which was deactivated, sign in again."""
    colleagues.reactivate(_user(email), actor=COMMAND_LINE, now=utcnow())
    click.echo(f"{email} can sign in.")


@group.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End all sessions of EMAIL; they can sign in again."""
    colleagues.sign_out_colleague(_user(email), actor=COMMAND_LINE, now=utcnow())
    click.echo(f"{email} is signed out everywhere.")


def _part(text: str) -> tuple[str, MemberRole, bool]:
    """Return organisation, role and whether administrator, from SLUG[:reader][:administrator]."""
    slug, *words = text.split(":")
    unknown = [word for word in words if word not in (_ADMINISTRATOR, *MemberRole)]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is not a role; organiser, reader and administrator are.")
    role = MemberRole.READER if MemberRole.READER in words else MemberRole.ORGANISER
    return slug, role, _ADMINISTRATOR in words


def _user(email: str) -> User:
    user = accounts.find_user(email)
    if user is None:
        raise click.ClickException(f"{email} has no account yet. Add one with `user add`.")
    return user


def _organisation(slug: str) -> Organisation:
    found = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no organisation {slug}.")
    return found


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what to do first where the last administrator would go."""
    try:
        yield
    except LastAdministrator as refusal:
        raise click.ClickException(
            "This is the organisation's last administrator. First make another one with `user role`."
        ) from refusal


def _reason(refusal: Refusal, email: str, parts: dict[str, MemberRole]) -> str:
    if isinstance(refusal, Taken):
        return f"{email} can sign in already."
    if isinstance(refusal, NotFound):
        known = db.session.scalars(select(Organisation.slug).order_by(Organisation.slug))
        return f"No such organisation among {', '.join(parts)}. There are: {', '.join(known) or 'none yet'}."
    return f"Refused: {refusal.name}."

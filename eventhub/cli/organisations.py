"""Add organisations that can host events."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from eventhub.clock import utcnow
from eventhub.domain.access.actor import COMMAND_LINE
from eventhub.domain.errors import Taken
from eventhub.domain.events.planning import slug as slugged
from eventhub.domain.languages import TranslatedText
from eventhub.services import organisations

group = AppGroup("organisation", help="Organisations that can host events.")


@group.command("add")
@click.argument("slug")
@click.option("--short", required=True, help="The name people use: SOSTE.")
@click.option("--short-sv", help="Its short name in Swedish, if it differs: Kommunförbundet.")
@click.option("--short-en", help="Its short name in English, if it differs.")
@click.option("--fi", required=True, help="Its full name in Finnish.")
@click.option("--sv", default="", help="Its full name in Swedish, if it has one.")
@click.option("--en", default="", help="Its full name in English, if it has one.")
def add_organisation(
    slug: str, short: str, short_sv: str | None, short_en: str | None, fi: str, sv: str, en: str
) -> None:
    """Add an organisation that can host events. After that, `user add` lets its staff sign in."""
    if slug != slugged(slug, otherwise="") or len(slug) > 60:
        raise click.BadParameter(
            "lower-case letters a to z, digits and hyphens only, at most 60 characters, such as soste.",
            param_hint="SLUG",
        )
    short_name = TranslatedText(fi=short, sv=short_sv or short, en=short_en or short)
    try:
        organisations.add_organisation(
            slug=slug,
            short_name=short_name,
            name=TranslatedText(fi=fi, sv=sv, en=en),
            actor=COMMAND_LINE,
            now=utcnow(),
        )
    except Taken as refusal:
        raise click.ClickException(f"There is a {slug} already.") from refusal
    click.echo(f"{short} can host events.")

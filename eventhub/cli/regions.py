"""Load the reference data: regions and organisations."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from eventhub.services import reference

group = AppGroup("reference", help="Regions and organisations.")


@group.command("load")
def load() -> None:
    """Load the regions and organisations that are missing. Run it once in a new service."""
    loaded = reference.load_reference()
    click.echo(f"New: {loaded.regions} regions, {loaded.organisations} organisations.")

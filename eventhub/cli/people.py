"""Remove personal data that is due to go."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from eventhub.clock import utcnow
from eventhub.services import privacy

group = AppGroup("privacy", help="Retention of personal data.")


@group.command("sweep")
def sweep() -> None:
    """Erase and anonymise the personal data that is due; the clock also does this each minute."""
    gone = privacy.sweep_personal_data(now=utcnow())
    click.echo(
        f"{gone.erased} people erased on request, {gone.anonymised} anonymised, "
        f"{gone.sensitive_answers} sensitive answers deleted."
    )

"""Look at the outbox."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from eventhub.clock import utcnow
from eventhub.services.messages import delivery

group = AppGroup("outbox", help="Messages on their way.")


@group.command("status")
def status() -> None:
    """Print the number of messages in each state and how long the oldest overdue one has waited."""
    counted = delivery.outbox_counts(now=utcnow())
    for state, count in counted.counts.items():
        click.echo(f"{state:<10} {count:>8}")
    click.echo(f"{'overdue':<10} {counted.overdue:>8}")
    if counted.overdue:
        click.echo(f"The oldest should have gone {int(counted.oldest_overdue.total_seconds())} s ago.")

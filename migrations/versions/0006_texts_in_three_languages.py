"""short names, street addresses and links are texts in three languages

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LANGUAGES = ("fi", "sv", "en")
#: Columns: table, name, its former type, whether it could be empty (NULL), its comment now, its former comment.
_COLUMNS: tuple[tuple[str, str, sa.String, bool, str | None, str | None], ...] = (
    (
        "organisation",
        "short_name",
        sa.String(length=40),
        False,
        "for example SOSTE, Kuntaliitto, Kommunförbundet",
        "for example SOSTE, SPEK",
    ),
    ("organisation", "website_url", sa.String(length=500), True, None, None),
    ("organisation", "privacy_url", sa.String(length=500), True, "its own privacy notice", None),
    (
        "event",
        "address",
        sa.String(length=300),
        False,
        "street address; streets of bilingual municipalities have two names",
        None,
    ),
    (
        "event",
        "external_url",
        sa.String(length=1000),
        True,
        "registration page of an event arranged by others",
        "registration page of an event arranged by others",
    ),
)


def upgrade() -> None:
    """A name or a link serves readers of every language; a street address is in the event's own language."""
    for table, name, _, _, comment, _ in _COLUMNS:
        _replace(table, name, sa.JSON(), _translated(name), comment=comment)
    _change_context(lambda address, language: {language: address} if address else {})
    _change_history(lambda name: dict.fromkeys(_LANGUAGES, name))


def downgrade() -> None:
    """The text in the event's own language stays, of an organisation the Finnish one; else any."""
    _change_history(lambda name: _first(name, "fi"))
    _change_context(_first)
    for table, name, kind, empty, _, comment in reversed(_COLUMNS):
        none = None if empty else ""
        _replace(
            table,
            name,
            kind,
            lambda texts, language, none=none: _first(texts, language) or none,
            nullable=empty,
            comment=comment,
        )


def _translated(name: str) -> Callable[[str | None, str], dict[str, str]]:
    def translated(text: str | None, language: str) -> dict[str, str]:
        return dict.fromkeys((language,) if name == "address" else _LANGUAGES, text) if text else {}

    return translated


def _first(texts: dict[str, str], language: str) -> str:
    return next((texts[code] for code in (language, *_LANGUAGES) if texts.get(code)), "")


def _replace(
    table: str,
    name: str,
    kind: Any,
    value: Callable[[Any, str], Any],
    *,
    nullable: bool = False,
    comment: str | None,
) -> None:
    """Put a column of another kind in the place of one; `value` makes each of its values from the former one."""
    former = f"{name}_former"
    with op.batch_alter_table(table) as batch:
        batch.alter_column(name, new_column_name=former)
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column(name, kind, nullable=True, comment=comment))
    rows = sa.table(
        table,
        sa.column("id"),
        sa.column("language"),
        sa.column(former, sa.String() if isinstance(kind, sa.JSON) else sa.JSON()),
        sa.column(name, kind),
    )
    language = rows.c.language if table == "event" else sa.literal("fi")
    connection = op.get_bind()
    found = connection.execute(sa.select(rows.c.id, rows.c[former], language.label("own"))).all()
    if found:
        connection.execute(
            sa.update(rows).where(rows.c.id == sa.bindparam("row_id")).values({name: sa.bindparam("new")}),
            [{"row_id": row.id, "new": value(row[1], row.own)} for row in found],
        )
    with op.batch_alter_table(table) as batch:
        batch.drop_column(former)
        if not nullable:
            batch.alter_column(name, existing_type=kind, existing_comment=comment, nullable=False)


def _change_context(value: Callable[[Any, str], Any]) -> None:
    """The street address that a letter of a change compares with."""
    message = sa.table(
        "message",
        sa.column("id", sa.Integer),
        sa.column("event_id"),
        sa.column("kind"),
        sa.column("context", sa.JSON()),
    )
    event = sa.table("event", sa.column("id"), sa.column("language"))
    connection = op.get_bind()
    found = connection.execute(
        sa.select(message.c.id, message.c.context, event.c.language)
        .join_from(message, event, event.c.id == message.c.event_id)
        .where(message.c.kind == "event_changed")
    ).all()
    rows = [
        {
            "row_id": row.id,
            "new": {**row.context, "before": {**before, "address": value(before["address"], row.language)}},
        }
        for row in found
        if "address" in (before := (row.context or {}).get("before", {}))
    ]
    if rows:
        connection.execute(
            sa.update(message).where(message.c.id == sa.bindparam("row_id")).values(context=sa.bindparam("new")), rows
        )


def _change_history(value: Callable[[Any], Any]) -> None:
    """The organisation that became a host, or is one no longer."""
    entry = sa.table("history_entry", sa.column("id"), sa.column("kind"), sa.column("details", sa.JSON()))
    connection = op.get_bind()
    found = connection.execute(sa.select(entry.c.id, entry.c.details).where(entry.c.kind == "hosts_changed")).all()
    rows = [
        {"row_id": row.id, "new": {**row.details, "organisation": value(row.details["organisation"])}}
        for row in found
        if "organisation" in row.details
    ]
    if rows:
        connection.execute(
            sa.update(entry).where(entry.c.id == sa.bindparam("row_id")).values(details=sa.bindparam("new")), rows
        )

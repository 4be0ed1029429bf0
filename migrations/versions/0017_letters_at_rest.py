"""letters at rest: the text without tokens stays, the bytes only while they may be sent again, and sealed

Revision ID: 0017
Revises: 0016
"""

import email
import email.policy
import re

import sqlalchemy as sa
from alembic import op
from flask import current_app

from eventhub.domain.access.sealing import seal, unseal

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OPEN = ("planned", "sending")
_WITH_LINKS = ("sign_in", "address_confirmation")
_TOKEN = re.compile(r"/(r|j|s|account/link)/[A-Za-z0-9_-]{16,}")
_COMMENTS = (
    "the bytes as sent, frozen at the first attempt",
    "the bytes of all attempts, sealed (domain.access.sealing); NULL once they have ended",
)
_message = sa.table(
    "message",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("state", sa.String),
    sa.column("context", sa.JSON),
    sa.column("text", sa.Text),
    sa.column("body", sa.LargeBinary),
)


def upgrade() -> None:
    op.add_column(
        "message",
        sa.Column("text", sa.Text(), nullable=True, comment="the text as sent, without the tokens of personal links"),
    )
    _comment(*_COMMENTS)
    connection, secret = op.get_bind(), current_app.extensions["eventhub.settings"].secret_key
    # A link that waits is valid for a short time, and its row holds its token: it is asked for again.
    connection.execute(
        sa.update(_message)
        .where(_message.c.kind.in_(_WITH_LINKS), _message.c.state.in_(_OPEN))
        .values(state="missed", body=None, context={})
    )
    for number in connection.scalars(sa.select(_message.c.id).where(_message.c.body.is_not(None))).all():
        row = _message.c.id == number
        state, body = connection.execute(sa.select(_message.c.state, _message.c.body).where(row)).one()
        sealed = seal(body, about=f"message/{number}", secret=secret) if state in _OPEN else None
        connection.execute(sa.update(_message).where(row).values(text=_masked(body), body=sealed))


def downgrade() -> None:
    """Open the bytes that may be sent again; those that have ended are gone for good."""
    connection, secret = op.get_bind(), current_app.extensions["eventhub.settings"].secret_key
    for number in connection.scalars(sa.select(_message.c.id).where(_message.c.body.is_not(None))).all():
        row = _message.c.id == number
        body = connection.scalar(sa.select(_message.c.body).where(row))
        opened = unseal(body, about=f"message/{number}", secret=secret)
        connection.execute(sa.update(_message).where(row).values(body=opened))
    connection.execute(
        sa.update(_message)
        .where(_message.c.kind.in_(_WITH_LINKS), _message.c.state.in_(_OPEN))
        .values(state="missed", body=None, context={})
    )
    _comment(*reversed(_COMMENTS))
    op.drop_column("message", "text")


def _masked(body: bytes) -> str:
    plain = email.message_from_bytes(body, policy=email.policy.default).get_body(("plain",))
    return _TOKEN.sub(r"/\1/…", str(plain.get_content())) if plain is not None else ""


def _comment(former: str, new: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "message",
            "body",
            existing_type=sa.LargeBinary(),
            comment=new,
            existing_comment=former,
            existing_nullable=True,
        )

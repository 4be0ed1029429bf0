"""keys of reminders and follow-ups hold what is announced and when, not the rule

`reminder/<rule>/<registration>/<start>` becomes `reminder/<minutes>/<registration>/<start>`, and so for `thanks`.
Under their old keys, messages that have been sent would be due once more.

Revision ID: 0003 Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_message = sa.table("message", sa.column("id"), sa.column("key", sa.String), sa.column("kind"), sa.column("rule_id"))
_rule = sa.table("message_rule", sa.column("id"), sa.column("offset_minutes"))
#: Prefix of keys being renamed: one rule's new key may be another rule's old key.
_ON_ITS_WAY = "~"


def _beginning(number: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    return sa.cast(_message.c.kind, sa.String) + "/" + sa.cast(number, sa.String) + "/"


def _rewrite(before: sa.ColumnElement[str], after: sa.ColumnElement[str]) -> None:
    """Replace the prefix `before` of every rule's keys by `after`, independent of the order of rows."""
    key = _message.c.key
    op.execute(
        sa.update(_message)
        .where(_message.c.rule_id.is_not(None), sa.func.substr(key, 1, sa.func.length(before)) == before)
        .values(key=_ON_ITS_WAY + key)
    )
    renamed = after + sa.func.substr(key, sa.func.length(before) + 1 + len(_ON_ITS_WAY))
    other = _message.alias("other")
    moving = sa.update(_message).where(key.startswith(_ON_ITS_WAY))
    op.execute(moving.where(~sa.exists().where(other.c.key == renamed)).values(key=renamed))
    # A newer EventHub has already run on this database, and has written to these people twice.
    op.execute(moving.values(key=renamed + "/twin/" + sa.cast(_message.c.id, sa.String)))


def _by_rule() -> sa.ColumnElement[str]:
    return _beginning(_message.c.rule_id)


def _by_minutes() -> sa.ColumnElement[str]:
    of_rule = sa.select(_rule.c.offset_minutes).where(_rule.c.id == _message.c.rule_id)
    return _beginning(of_rule.correlate(_message).scalar_subquery())


def upgrade() -> None:
    _rewrite(_by_rule(), _by_minutes())


def downgrade() -> None:
    _rewrite(_by_minutes(), _by_rule())

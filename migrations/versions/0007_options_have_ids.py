"""questions of forms and surveys are of one kind: options have ids, conditions and limits are data

Options were `{"value": …, "label": …}`; the value becomes the id, so answers, which keep values, stay as they are. By whom
a question is asked moves from a column of its own into the condition.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPTIONS = '[{"id": "a1", "label": {"fi": …, "sv": …, "en": …}, "places": 20}]; of a scale: its ends'
_CONDITION = 'when it is asked: {"attendance": "online", "question": 7, "option": "a1"}; empty: of all'
_LIMITS = '{"max_length": 300, "min_chosen": 1, "max_chosen": 2}; empty: none of its own'
#: Tables, and the comment that the column of options had.
_TABLES = (
    ("question", '[{"value": "a1", "label": {"fi": …, "sv": …, "en": …}}]'),
    ("survey_question", '[{"value": "a1", "label": {"fi": …}}]; of a scale: its two ends'),
)
_ATTENDANCES = "attendance IN ('in_person', 'online')"
Options = list[dict[str, Any]]


def upgrade() -> None:
    for table, comment in _TABLES:
        with op.batch_alter_table(table) as batch:
            for name, text in (("condition", _CONDITION), ("limits", _LIMITS)):
                batch.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="{}", comment=text))
            batch.alter_column("options", existing_type=sa.JSON(), existing_nullable=False, existing_comment=comment,
                               comment=_OPTIONS)  # fmt: skip
        with op.batch_alter_table(table) as batch:  # the default was for the rows that there were
            for name, text in (("condition", _CONDITION), ("limits", _LIMITS)):
                batch.alter_column(name, existing_type=sa.JSON(), existing_nullable=False, existing_comment=text,
                                   server_default=None)  # fmt: skip
        _convert_options(table, _with_ids)
    question = sa.table("question", sa.column("attendance", sa.String), sa.column("condition", sa.JSON))
    for attendance in ("in_person", "online"):
        op.execute(
            sa.update(question).where(question.c.attendance == attendance).values(condition={"attendance": attendance})
        )
    with op.batch_alter_table("question") as batch:
        batch.drop_constraint(op.f("ck_question_attendance"), type_="check")
        batch.drop_column("attendance")


def downgrade() -> None:
    """Conditions on answers, limits, and places of options have no column above and are lost."""
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("attendance", sa.String(32), nullable=True, comment="none: asked of all"))
        batch.create_check_constraint(op.f("ck_question_attendance"), _ATTENDANCES)
    question = sa.table(
        "question", sa.column("id"), sa.column("attendance", sa.String), sa.column("condition", sa.JSON)
    )
    for row in op.get_bind().execute(sa.select(question.c.id, question.c.condition)).all():
        if attendance := row.condition.get("attendance"):
            op.execute(sa.update(question).where(question.c.id == row.id).values(attendance=attendance))
    for table, comment in _TABLES:
        _convert_options(table, _with_values)
        with op.batch_alter_table(table) as batch:
            batch.alter_column("options", existing_type=sa.JSON(), existing_nullable=False, existing_comment=_OPTIONS,
                               comment=comment)  # fmt: skip
            batch.drop_column("limits")
            batch.drop_column("condition")


def _convert_options(table: str, convert: Callable[[Options], Options]) -> None:
    rows = sa.table(table, sa.column("id"), sa.column("options", sa.JSON))
    for row in op.get_bind().execute(sa.select(rows.c.id, rows.c.options)).all():
        if row.options:
            op.execute(sa.update(rows).where(rows.c.id == row.id).values(options=convert(row.options)))


def _with_ids(options: Options) -> Options:
    return [{"id": option["value"], "label": option["label"]} for option in options]


def _with_values(options: Options) -> Options:
    return [{"value": option["id"], "label": option["label"]} for option in options]

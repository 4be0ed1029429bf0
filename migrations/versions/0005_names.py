"""columns and kinds of letters have the names that the code has; kinds that grow have no CHECK

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: Columns: table, former name, name.
_COLUMNS = (
    ("organisation", "short", "short_name"),
    ("event", "revision", "page_version"),
    ("places", "arrivals", "waitlist_numbers_drawn"),
    ("registration", "role", "job_title"),
)
#: Kinds of letters, which are also the beginnings of their keys.
_KINDS = (
    ("cancellation", "event_cancelled"),
    ("cancelled", "registration_cancelled"),
    ("thanks", "follow_up"),
    ("agenda_change", "agenda_changed"),
    ("change", "event_changed"),
)
#: Kinds that grow have no CHECK any more: table, name of the constraint, the kinds that it allowed.
_OPEN_KINDS = (
    ("event", "eventkind", "webinar forum seminar workshop regional_discussion theme_group brainstorm"),
    ("material", "materialkind", "material recording"),
    ("message_rule", "rulekind", "reminder thanks"),
    ("question", "questionkind", "text choice choices consent"),
    ("agenda_item", "agendakind", "talk discussion workshop break"),
    ("registration", "organisationtype", "association county municipality state education company resident other"),
    ("survey_question", "surveyquestionkind", "scale choice choices text"),
    (
        "history_entry",
        "historykind",
        "created copied edited rescheduled published event_cancelled hosts_changed agenda_changed agenda_told questions_changed messages_changed survey_changed materials_changed capacity_changed registered registered_again registration_changed promoted registration_cancelled link_sent joined checked_in exported erased anonymised sent_again",
    ),
    (
        "message",
        "messagekind",
        "confirmation waitlisted place_freed reminder change agenda_change cancellation cancelled own_link thanks sign_in",
    ),
)
_message = sa.table("message", sa.column("key", sa.String), sa.column("kind", sa.String))
_rule = sa.table("message_rule", sa.column("kind", sa.String))


def upgrade() -> None:
    for table, before, after in _COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(before, new_column_name=after)
    _rename_line("line", "waitlist_number")
    for table, name, _ in _OPEN_KINDS:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
    _rename_kinds([(before, after) for before, after in _KINDS])


def downgrade() -> None:
    _rename_kinds([(after, before) for before, after in _KINDS])
    for table, name, values in _OPEN_KINDS:
        allowed = ", ".join(f"'{value}'" for value in values.split())
        column = "organisation_type" if name == "organisationtype" else "kind"
        with op.batch_alter_table(table) as batch:
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({allowed})")
    _rename_line("waitlist_number", "line")
    for table, before, after in reversed(_COLUMNS):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(after, new_column_name=before)


def _rename_line(before: str, after: str) -> None:
    """The column, and the index and the constraint that hold it."""
    index = "ix_registration_event_id_attendance_"
    with op.batch_alter_table("registration") as batch:
        batch.drop_index(index + before)
        batch.drop_constraint(op.f(f"ck_registration_{before}_when_waitlisted"), type_="check")
        batch.alter_column(before, new_column_name=after)
    with op.batch_alter_table("registration") as batch:
        batch.create_index(index + after, ["event_id", "attendance", after])
        batch.create_check_constraint(
            op.f(f"ck_registration_{after}_when_waitlisted"), f"(status = 'waitlisted') = ({after} IS NOT NULL)"
        )


def _rename_kinds(names: list[tuple[str, str]]) -> None:
    """Kinds of messages and of rules, and the keys that begin with them. Only rules have keys that are looked for."""
    for before, after in names:
        op.execute(sa.update(_rule).where(_rule.c.kind == before).values(kind=after))
        op.execute(sa.update(_message).where(_message.c.kind == before).values(kind=after))
        op.execute(
            sa.update(_message)
            .where(_message.c.key.startswith(f"{before}/", autoescape=True))
            .values(key=after + sa.func.substr(_message.c.key, len(before) + 1))
        )

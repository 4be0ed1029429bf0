"""one audit trail in the place of the history; what dies with an event goes by ON DELETE

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: What a registration's own person does; other entries without a member of staff are the system's.
_BY_PARTICIPANTS = ("registered", "registered_again", "registration_changed", "registration_cancelled", "joined")
#: In the details of a change of hosts: former name, name.
_HOST = {"organisation": "host"}
#: Foreign keys that get an ON DELETE: table, column, table that it refers to, rule.
_ON_DELETE = (
    ("event_region", "event_id", "event", "CASCADE"),
    ("event_theme", "event_id", "event", "CASCADE"),
    ("host", "event_id", "event", "CASCADE"),
    ("invitation_link", "event_id", "event", "CASCADE"),
    ("places", "event_id", "event", "CASCADE"),
    ("material", "event_id", "event", "CASCADE"),
    ("track", "event_id", "event", "CASCADE"),
    ("room", "event_id", "event", "CASCADE"),
    ("speaker", "event_id", "event", "CASCADE"),
    ("agenda_item", "event_id", "event", "CASCADE"),
    ("agenda_item", "track_id", "track", "SET NULL"),
    ("agenda_item", "room_id", "room", "SET NULL"),
    ("agenda_item", "survey_id", "survey", "SET NULL"),
    ("agenda_item_speaker", "agenda_item_id", "agenda_item", "CASCADE"),
    ("agenda_item_speaker", "speaker_id", "speaker", "CASCADE"),
    ("question", "event_id", "event", "CASCADE"),
    ("answer", "question_id", "question", "CASCADE"),
    ("message_rule", "event_id", "event", "CASCADE"),
    ("message", "event_id", "event", "CASCADE"),
    ("registration", "event_id", "event", "RESTRICT"),
    ("registration", "invitation_link_id", "invitation_link", "RESTRICT"),
    ("survey", "event_id", "event", "CASCADE"),
    ("survey_question", "survey_id", "survey", "CASCADE"),
    ("survey_invitation", "survey_id", "survey", "CASCADE"),
    ("survey_response", "survey_id", "survey", "CASCADE"),
    ("survey_answer", "response_id", "survey_response", "CASCADE"),
    ("survey_answer", "question_id", "survey_question", "CASCADE"),
)

_json = sa.literal_column("'{}'", sa.JSON)
_history = sa.table(
    "history_entry",
    *(sa.column(name) for name in ("id", "event_id", "registration_id", "user_id", "kind", "at")),
    sa.column("details", sa.JSON),
)
_audit = sa.table(
    "audit_entry",
    *(sa.column(name) for name in ("id", "actor_kind", "user_id", "actor_registration_id", "api_key", "actor_name")),
    *(sa.column(name) for name in ("action", "object", "event_id", "registration_id", "organisation_id", "at")),
    *(sa.column(name, sa.JSON) for name in ("before", "after", "details")),
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="the member of staff who did it"),
        sa.Column("actor_registration_id", sa.Integer(), nullable=True, comment="the participant who did it"),
        sa.Column("api_key", sa.String(length=60), nullable=True, comment="id of the API key that did it"),
        sa.Column("actor_name", sa.String(length=200), nullable=False, comment="of an API key or the system"),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column(
            "object",
            sa.String(length=60),
            nullable=True,
            comment="what it was done to: table/id; none: to nothing that has a row",
        ),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "before", sa.JSON(), nullable=False, comment="former values of the changed fields, by path: title.fi"
        ),
        sa.Column("after", sa.JSON(), nullable=False, comment="new values of the same fields"),
        sa.Column(
            "details",
            sa.JSON(),
            nullable=False,
            comment="further facts; of a registration the names of the changed fields alone",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(actor_kind = 'staff') = (user_id IS NOT NULL)", name=op.f("ck_audit_entry_user_of_staff")),
        sa.CheckConstraint(
            "actor_kind = 'participant' OR actor_registration_id IS NULL",
            name=op.f("ck_audit_entry_registration_of_participant"),
        ),
        sa.CheckConstraint(
            "(actor_kind = 'api_key') = (api_key IS NOT NULL)", name=op.f("ck_audit_entry_key_of_api_key")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_entry_user_id_user_account")),
        sa.ForeignKeyConstraint(
            ["actor_registration_id"],
            ["registration.id"],
            name=op.f("fk_audit_entry_actor_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_audit_entry_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_audit_entry_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_entry_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    _history_to_audit()
    op.drop_table("history_entry")
    for index, columns in (
        ("ix_audit_entry_event_id_id", ["event_id", "id"]),
        ("ix_audit_entry_registration_id_id", ["registration_id", "id"]),
        ("ix_audit_entry_object_id", ["object", "id"]),
    ):
        op.create_index(index, "audit_entry", columns)
    _set_on_delete((table, column, to, rule) for table, column, to, rule in _ON_DELETE)


def downgrade() -> None:
    _set_on_delete((table, column, to, None) for table, column, to, _ in _ON_DELETE)
    op.create_table(
        "history_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="none: the participant, or time"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_history_entry_event_id_event")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_history_entry_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_history_entry_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entry")),
    )
    _audit_to_history()
    op.drop_table("audit_entry")
    op.create_index("ix_history_entry_event_id_id", "history_entry", ["event_id", "id"])
    op.create_index("ix_history_entry_registration_id_id", "history_entry", ["registration_id", "id"])


def _history_to_audit() -> None:
    """Every entry keeps its id. What the history did not say stays unsaid: former texts, and who of the system."""
    own = sa.and_(_history.c.kind.in_(_BY_PARTICIPANTS), _history.c.registration_id.is_not(None))
    actor = sa.case((_history.c.user_id.is_not(None), "staff"), (own, "participant"), else_="system")
    row = sa.case(
        (
            _history.c.registration_id.is_not(None),
            sa.literal("registration/") + sa.cast(_history.c.registration_id, sa.String),
        ),
        (_history.c.event_id.is_not(None), sa.literal("event/") + sa.cast(_history.c.event_id, sa.String)),
        else_=None,
    )
    values = {
        "id": _history.c.id,
        "actor_kind": actor,
        "user_id": _history.c.user_id,
        "actor_registration_id": sa.case((actor == "participant", _history.c.registration_id), else_=None),
        "actor_name": sa.literal(""),
        "action": _history.c.kind,
        "object": row,
        "event_id": _history.c.event_id,
        "registration_id": _history.c.registration_id,
        "before": _json,
        "after": _json,
        "details": _history.c.details,
        "at": _history.c.at,
    }
    op.execute(sa.insert(_audit).from_select(list(values), sa.select(*values.values())))
    _continue_ids("audit_entry")
    for entry_id, details in _details(_audit, _audit.c.action == "capacity_changed"):
        before, after = details.pop("before", None), details.pop("after", None)
        op.execute(
            sa.update(_audit)
            .where(_audit.c.id == entry_id)
            .values(before={"capacity": before}, after={"capacity": after}, details=details)
        )
    for entry_id, details in _details(_audit, _audit.c.action == "hosts_changed"):
        details = {_HOST.get(name, name): value for name, value in details.items()}
        op.execute(sa.update(_audit).where(_audit.c.id == entry_id).values(details=details))


def _audit_to_history() -> None:
    """Every entry keeps its id; values of fields are lost, their names stay."""
    names = {"kind": _audit.c.action} | {
        name: _audit.c[name] for name in ("id", "event_id", "registration_id", "user_id", "details", "at")
    }
    op.execute(sa.insert(_history).from_select(list(names), sa.select(*names.values())))
    _continue_ids("history_entry")
    changed = sa.select(_audit.c.id, _audit.c.action, _audit.c.before, _audit.c.after, _audit.c.details).where(
        sa.cast(_audit.c.after, sa.Text) != "{}"
    )
    for entry_id, action, before, after, details in op.get_bind().execute(changed).all():
        if action == "capacity_changed":
            details = {**details, "before": before["capacity"], "after": after["capacity"]}
        else:
            fields = dict.fromkeys(path.partition(".")[0] for path in after)
            details = {"fields": list(fields), **details}
        op.execute(sa.update(_history).where(_history.c.id == entry_id).values(details=details))
    former = {name: before for before, name in _HOST.items()}
    for entry_id, details in _details(_history, _history.c.kind == "hosts_changed"):
        details = {former.get(name, name): value for name, value in details.items()}
        op.execute(sa.update(_history).where(_history.c.id == entry_id).values(details=details))


def _details(table: sa.TableClause, condition: sa.ColumnElement[bool]) -> list[tuple[int, dict[str, Any]]]:
    found = op.get_bind().execute(sa.select(table.c.id, table.c.details).where(condition)).all()
    return [(entry_id, dict(details)) for entry_id, details in found]


def _continue_ids(table: str) -> None:
    """PostgreSQL's sequence does not know of ids that were given."""
    if op.get_bind().dialect.name == "postgresql":
        ids = sa.table(table, sa.column("id"))
        sequence = sa.func.pg_get_serial_sequence(table, "id")
        op.execute(sa.select(sa.func.setval(sequence, sa.func.max(ids.c.id))).having(sa.func.max(ids.c.id) > 0))


def _set_on_delete(rules: Iterable[tuple[str, str, str, str | None]]) -> None:
    """Make these foreign keys anew with their rule; each table is copied once on SQLite."""
    by_table: dict[str, list[tuple[str, str, str | None]]] = {}
    for table, column, to, rule in rules:
        by_table.setdefault(table, []).append((column, to, rule))
    for table, keys in by_table.items():
        # Reading the tables that it refers to, too, would take most of the time.
        with op.batch_alter_table(table, reflect_kwargs={"resolve_fks": False}) as batch:
            for column, to, rule in keys:
                name = op.f(f"fk_{table}_{column}_{to}")
                batch.drop_constraint(name, type_="foreignkey")
                batch.create_foreign_key(name, to, [column], ["id"], ondelete=rule)

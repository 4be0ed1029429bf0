"""columns and letter kinds renamed as in the code; no CHECK on kinds that grow

Revision ID: 0005 Revises: 0004
"""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

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
#: Kinds of letters, which are also the prefixes of message keys.
_KINDS = (
    ("cancellation", "event_cancelled"),
    ("cancelled", "registration_cancelled"),
    ("thanks", "follow_up"),
    ("agenda_change", "agenda_changed"),
    ("change", "event_changed"),
)
#: CHECK constraints that are dropped: table, name of the constraint, the kinds that it allowed.
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
#: Comments of columns, reworded; only PostgreSQL stores them: table, column, comment.
_COMMENTS = (
    ("region", "position", "order in lists"),
    ("user_account", "password", "argon2; NULL: signs in by link only"),
    ("user_account", "fs_uniquifier", "a new value ends all sessions"),
    ("event", "language", "main language, the fallback of texts"),
    ("event", "spoken_languages", "languages used at the event"),
    ("event", "venue", "name of the place"),
    ("event", "join_url", "secret; participants get /j/<token>"),
    ("event", "registration_opens_at", "NULL: from publishing on"),
    ("event", "registration_closes_at", "NULL: until the event ends"),
    ("event", "external_url", "registration page of an event arranged by others"),
    ("event", "contact_name", "contact for questions"),
    ("event", "sequence", "RFC 5545 SEQUENCE: rises with time, place and join link"),
    ("event", "page_version", "rises with anything that its pages show; cache key"),
    ("event", "agenda_told", "the agenda as last announced to participants"),
    ("event", "cancel_reason", "reason shown to participants"),
    ("event", "search_text", "title and summary in all languages, case-folded"),
    ("organisation", "short_name", "for example SOSTE, SPEK"),
    ("organisation", "colour", "#rrggbb, header colour of its events"),
    ("sign_in_link", "token_hash", "SHA-256; the token itself is not stored"),
    ("invitation_link", "code", "?via=… of the address; not secret"),
    ("material", "language", "language of the material itself"),
    ("message_rule", "offset_minutes", "reminder: before the start; follow-up: after the end; positive"),
    ("places", "capacity", "NULL: no limit"),
    ("places", "waitlist_numbers_drawn", "waitlist numbers given out so far"),
    ("question", "attendance", "NULL: asked of everyone"),
    ("speaker", "name", "usually the same in all languages; a role may be translated"),
    ("speaker", "title", "role of the speaker"),
    ("speaker", "organisation", "organisation of the speaker, free text"),
    ("survey", "event_id", "NULL: an enquiry, which belongs to no event"),
    ("survey", "organisation_id", "owner of an enquiry"),
    ("survey", "language", "fallback of texts"),
    ("survey", "report_public", "anyone may read the figures"),
    ("survey", "report_intro", "introduction of the report: what the figures are based on"),
    ("agenda_item", "position", "order among sessions with the same start"),
    ("agenda_item", "track_id", "NULL: for all tracks"),
    ("agenda_item", "survey_id", "survey whose report is presented"),
    ("registration", "waitlist_number", "place in the order of the waiting list; lower goes first"),
    ("registration", "email", "lower case; NULL once erased or anonymised"),
    ("registration", "job_title", "job or role in the organisation"),
    ("registration", "language", "language of messages to the person"),
    ("registration", "manage_key", "key of the personal link (domain.access.tokens)"),
    ("registration", "join_key", "key of the join link"),
    ("registration", "uid", "RFC 5545 UID of the calendar entry; never changes"),
    ("registration", "sequence", "RFC 5545 SEQUENCE of the calendar entry"),
    ("registration", "joined_at", "first use of the join link"),
    ("registration", "erase_requested_at", "erased once the cancellation is mailed"),
    ("survey_response", "id", "random, so it reveals no order"),
    ("survey_response", "answered_on", "the day only: a time could lead to a person"),
    ("answer", "consented_at", "when consent to a sensitive answer was given"),
    ("history_entry", "user_id", "NULL: the participant or the system"),
    ("message", "key", "idempotency key"),
    ("message", "user_id", "recipient of a sign-in link"),
    ("message", "context", "facts for the letter, JSON"),
    ("message", "due_at", "not sent before"),
    ("message", "not_after", "after it the message is missed, never sent late"),
    ("message", "next_try_at", "due_at at first, then the time of the next retry"),
    ("message", "lease_until", "end of the lease of the claim"),
    ("message", "recipient", "frozen at the first attempt"),
    ("message", "message_id", "frozen at the first attempt"),
    ("message", "body", "the bytes as sent, frozen at the first attempt"),
    ("survey_invitation", "key", "key of the survey link (domain.access.tokens)"),
)
_message = sa.table("message", sa.column("key", sa.String), sa.column("kind", sa.String))
_rule = sa.table("message_rule", sa.column("kind", sa.String))


def upgrade() -> None:
    _change_tables(_COLUMNS, ("line", "waitlist_number"), change_kinds=_open_kinds)
    _rename_kinds([(before, after) for before, after in _KINDS])
    if op.get_bind().dialect.name == "postgresql":
        for table, column, comment in _COMMENTS:
            op.alter_column(table, column, comment=comment)


def downgrade() -> None:
    _rename_kinds([(after, before) for before, after in _KINDS])
    columns = [(table, after, before) for table, before, after in _COLUMNS]
    _change_tables(columns, ("waitlist_number", "line"), change_kinds=_close_kinds)


def _change_tables(
    columns: Sequence[tuple[str, str, str]],
    number: tuple[str, str],
    *,
    change_kinds: Callable[[BatchOperations, str, str, str], None],
) -> None:
    """Rename columns and change the CHECK constraints on kinds; SQLite copies each table only once.

    Each copy reads only the table itself, not those that it refers to: reading them took most of the time.
    """
    before, after = (f"ix_registration_event_id_attendance_{name}" for name in number)
    op.drop_index(before, "registration")
    for table in dict.fromkeys(table for table, *_ in (*columns, *_OPEN_KINDS)):
        with op.batch_alter_table(table, reflect_kwargs={"resolve_fks": False}) as batch:
            for _, former, name in (one for one in columns if one[0] == table):
                batch.alter_column(former, new_column_name=name)
            if table == "registration":
                _rename_number(batch, *number)
            for kind in (one for one in _OPEN_KINDS if one[0] == table):
                change_kinds(batch, *kind)
    op.create_index(after, "registration", ["event_id", "attendance", number[1]])


def _rename_number(batch: BatchOperations, before: str, after: str) -> None:
    """Rename the number on the waiting list, and the constraint on it."""
    batch.drop_constraint(op.f(f"ck_registration_{before}_when_waitlisted"), type_="check")
    batch.alter_column(before, new_column_name=after)
    batch.create_check_constraint(
        op.f(f"ck_registration_{after}_when_waitlisted"), f"(status = 'waitlisted') = ({after} IS NOT NULL)"
    )


def _open_kinds(batch: BatchOperations, table: str, name: str, _: str) -> None:
    batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")


def _close_kinds(batch: BatchOperations, table: str, name: str, values: str) -> None:
    allowed = ", ".join(f"'{value}'" for value in values.split())
    column = "organisation_type" if name == "organisationtype" else "kind"
    batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({allowed})")


def _rename_kinds(names: list[tuple[str, str]]) -> None:
    """Rename kinds of messages and rules, and the key prefixes; only the keys of rules are looked up."""
    for before, after in names:
        op.execute(sa.update(_rule).where(_rule.c.kind == before).values(kind=after))
        op.execute(sa.update(_message).where(_message.c.kind == before).values(kind=after))
        op.execute(
            sa.update(_message)
            .where(_message.c.key.startswith(f"{before}/", autoescape=True))
            .values(key=after + sa.func.substr(_message.c.key, len(before) + 1))
        )

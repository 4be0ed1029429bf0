"""The session, the base class of the models, and how SQLite begins a transaction.

SQLite runs in WAL mode. A writing transaction begins with BEGIN IMMEDIATE, so that a second writer waits for the
first. With a deferred BEGIN, two writers that read first would fail with "database is locked". A request reads in a
deferred transaction and never waits (`read_only`).
"""

from __future__ import annotations

import sqlite3
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import Condition, Limits, Option

from .types import ConditionType, LimitsType, OptionsType, TranslatedTextType, UtcDateTime

#: True while a request is served, except within `transaction()`. While true, SQLite begins deferred.
read_only: ContextVar[bool] = ContextVar("read_only", default=False)


class Base(DeclarativeBase):
    """The base class of all models; every constraint has a name, so that migrations can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# On the registry, not the class: Flask-SQLAlchemy derives a class of its own from Base, and SQLAlchemy 2.1 refuses a
# second map there.
Base.registry.update_type_annotation_map({
    datetime: UtcDateTime,
    TranslatedText: TranslatedTextType,
    tuple[Option, ...]: OptionsType,
    Condition: ConditionType,
    Limits: LimitsType,
})  # fmt: skip


# A session lives as long as a request, so rows that were just committed need not be loaded again.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # BEGIN is ours, below
    # secure_delete: what is erased is overwritten in the file, not only released.
    pragmas = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=20000", "secure_delete=ON")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and not connection.get_execution_options().get("begins_itself"):
        connection.exec_driver_sql("BEGIN" if read_only.get() else "BEGIN IMMEDIATE")

"""The database: session, column types, transactions, row locks.

`from eventhub.db import db`.
"""

from .session import Base, db, read_only
from .transactions import transaction
from .types import TranslatedTextType, UtcDateTime, kind_enum, state_enum

__all__ = ["Base", "TranslatedTextType", "UtcDateTime", "db", "kind_enum", "read_only", "state_enum", "transaction"]

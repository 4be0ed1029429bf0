"""The database: session, column types, transactions, row locks, keyset pages. `from eventhub.db import db`."""

from .session import Base, db, read_only
from .transactions import transaction
from .types import TranslatedTextType, UtcDateTime, str_enum

__all__ = ["Base", "TranslatedTextType", "UtcDateTime", "db", "read_only", "str_enum", "transaction"]

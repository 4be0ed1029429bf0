"""The database: session, column types, transactions, row locks, keyset pages. `from eventhub.db import db`."""

from .session import Base, View, db, reading, writes
from .types import TranslatedTextType, UtcDateTime, str_enum

__all__ = ["Base", "TranslatedTextType", "UtcDateTime", "View", "db", "reading", "str_enum", "writes"]

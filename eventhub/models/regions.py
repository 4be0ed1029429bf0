"""Regions: the wellbeing services counties, Helsinki, Åland, nationwide and abroad."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.domain.languages import TranslatedText


class Region(Base):
    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(2), primary_key=True, comment="official county code, or ours")
    name: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    kind: Mapped[str] = mapped_column(String(20), comment="county, city, autonomous, nationwide, abroad")
    bilingual: Mapped[bool]
    position: Mapped[int] = mapped_column(comment="order in lists")

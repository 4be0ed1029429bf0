"""The three languages, and texts that people write in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language of the interface and of contents (ISO 639-1)."""

    FI = "fi"
    SV = "sv"
    EN = "en"


LANGUAGES: Final = tuple(Language)


class LocalText(str):
    """A text, and the language that it really is in."""

    __slots__ = ("language",)
    language: Language

    def __new__(cls, value: str, language: Language) -> LocalText:
        text = super().__new__(cls, value)
        text.language = language
        return text


class TranslatedText(Mapping[Language, str]):
    """One text in up to three languages; blank ones are left out, so truth means "there is something"."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str | None] | None = None, /, **more: str | None) -> None:
        given = {**(texts or {}), **more}
        self._texts = {
            language: value.strip() for language in LANGUAGES if (value := given.get(language)) and value.strip()
        }

    def __getitem__(self, language: str) -> str:
        return self._texts[Language(language)]

    def __iter__(self) -> Iterator[Language]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(tuple(self._texts.items()))

    def __repr__(self) -> str:
        return f"TranslatedText({dict(self._texts)!r})"

    def text(self, language: str, fallback: str = Language.FI) -> LocalText:
        """The text in `language`, else in `fallback` (the event's own), else in any; empty when there is none."""
        for wanted in (Language(language), Language(fallback), *LANGUAGES):
            if wanted in self._texts:
                return LocalText(self._texts[wanted], wanted)
        return LocalText("", Language(language))

    def missing(self) -> tuple[Language, ...]:
        """The languages in which nothing is written yet."""
        return tuple(language for language in LANGUAGES if language not in self._texts)

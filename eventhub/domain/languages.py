"""The three languages, and texts that are written in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from .texts import several_lines


class Language(StrEnum):
    """A language of the interface and of content (ISO 639-1)."""

    FI = "fi"
    SV = "sv"
    EN = "en"


LANGUAGES: Final = tuple(Language)


class LocalText(str):
    """A text together with the language that it is written in."""

    __slots__ = ("language",)
    language: Language

    def __new__(cls, value: str, language: Language) -> LocalText:
        text = super().__new__(cls, value)
        text.language = language
        return text


class TranslatedText(Mapping[Language, str]):
    """One text in up to three languages, normalised; blank ones are left out, so an empty text is falsy."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str | None] | None = None, /, **more: str | None) -> None:
        given = {**(texts or {}), **more}
        self._texts = {language: value for language in LANGUAGES if (value := several_lines(given.get(language) or ""))}

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
        """Return the text in `language`, else in `fallback` (the event's own), else in any; or ""."""
        for wanted in (Language(language), Language(fallback), *LANGUAGES):
            if wanted in self._texts:
                return LocalText(self._texts[wanted], wanted)
        return LocalText("", Language(language))

    def as_json(self) -> dict[str, str]:
        """Return the texts as plain JSON, `{"fi": …, "sv": …, "en": …}`, without the blank ones."""
        return {str(language): text for language, text in self.items()}

    def missing(self) -> tuple[Language, ...]:
        """Return the languages in which the text is not written."""
        return tuple(language for language in LANGUAGES if language not in self._texts)

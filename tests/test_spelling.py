"""The words of the catalogues: spelt right in Finnish and Swedish, and the Swedish is Finland's."""

from __future__ import annotations

import pytest

from tests.support import spelling

WRONG = {"fi": "Ilmoitaudu työpajaan", "sv": "Annmäl dig till workshoppen"}
RIGHT = {
    "fi": "Ilmoittaudu työpajaan: ”sosiaali- ja terveysala”, %(count)s:n, 2:nen <b>klo</b>\N{NO-BREAK SPACE}9.00, "
    "esim. nimi@example.org, https://example.org/xyzzy, thl.fi, Itä-Uudellamaalla, Viestit-sivulla {name}:ssa.",
    "sv": "Anmäl dig till ”social- och hälsovården”, %(count)s:s, 2:a <b>kl.</b>\N{NO-BREAK SPACE}9.00, t.ex. "
    "namn@example.org, https://example.org/xyzzy, thl.fi, e-postmeddelande, {name}:s tid.",
}
LANGUAGES = pytest.mark.parametrize("language", ["fi", "sv"])


@LANGUAGES
def test_words_of_the_catalogue_are_known(language: str) -> None:
    unknown = spelling.unknown_words(language)
    assert not unknown, "\n".join(unknown)


@LANGUAGES
def test_planted_misspelling_is_found(language: str) -> None:
    assert spelling.MISSPELLED[language]([WRONG[language], RIGHT[language]]) == {WRONG[language].split()[0]}


def test_swedish_of_the_catalogue_is_finlands() -> None:
    forbidden = spelling.forbidden_phrases()
    assert not forbidden, "\n".join(forbidden)


def test_forbidden_swedish_is_found() -> None:
    assert spelling.forbidden_swedish("Skicka ett mejl till\N{NO-BREAK SPACE}landstinget.") == [
        ("mejl", "e-postmeddelande, e-post"),
        ("landstinget", "välfärdsområde"),
    ]


def test_suggested_swedish_is_not_forbidden() -> None:
    assert [better for _, better in spelling.swedish() if spelling.forbidden_swedish(better)] == []


def test_listed_names_all_occur_in_the_catalogue() -> None:
    assert spelling.unneeded_names() == []


def test_listed_names_are_sorted_and_unique() -> None:
    assert list(spelling.names()) == sorted(set(spelling.names()), key=lambda name: (name.casefold(), name))

"""Check the spelling of the Finnish and Swedish catalogues: `python -m tests.support.spelling` lists what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

ROOT: Final = Path(__file__).resolve().parents[2]
WORDS: Final = ROOT / "tests" / "words"
#: What is not a word: tags, entities, URLs, emails, domains, and placeholders and numbers with the ending they bear.
_NOT_WORDS: Final = re.compile(
    r"</?[a-zA-Z][^>]*>|&#?\w+;|\w+://\S*|\bwww\.\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|eu|fi|net|org)\b"
    r"|%\(\w+\)[ds](?::[^\W\d_]+)?|\{\w*\}(?::[^\W\d_]+)?|\d+(?::[^\W\d_]+)?"
)
#: A word may have hyphens, apostrophes, colons and dots inside, and end in the hyphen of a compound or in a dot.
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-.:’'][^\W\d_]+)*[-.]?")
#: The endings that a name may have. A term, which begins small, is in names.txt in each form that is used.
_ENDINGS: Final = {
    "fi": r"(?::[a-zåäö]+|i?(?:in|n|a|ä|na|nä|ta|tä|ksi|lla|llä|lle|lta|ltä|ssa|ssä|sta|stä))?",
    "sv": r"(?::[a-zåäö]+|s)?",
}


def misspelled_finnish(texts: Iterable[str]) -> set[str]:
    """Return the words that neither Voikko nor names.txt knows."""
    return _unknown_to_voikko(_words(texts, "fi"))


def misspelled_swedish(texts: Iterable[str]) -> set[str]:
    """Return the words that neither Hunspell nor names.txt knows."""
    return _unknown_to_hunspell(_words(texts, "sv"))


MISSPELLED: Final = {"fi": misspelled_finnish, "sv": misspelled_swedish}


def unknown_words(language: str) -> list[str]:
    """Return each unknown word of the catalogue with the msgid of its message."""
    messages = list(translations(language))
    wrong = MISSPELLED[language](text for _, text in messages)
    return sorted(
        {f"{word}: {msgid}" for msgid, text in messages for word in wrong & _without_dots(_words([text], language))}
    )


def forbidden_phrases() -> list[str]:
    """Return each phrase of the Swedish catalogue that swedish.txt forbids, the better one, and the msgid."""
    return sorted(
        {
            f"{found} → {better}: {msgid}"
            for msgid, text in translations("sv")
            for found, better in forbidden_swedish(text)
        }
    )


def forbidden_swedish(text: str) -> list[tuple[str, str]]:
    """Return the phrases that swedish.txt forbids, each with the better one."""
    text = _plain(text)
    return [(found[0], better) for pattern, better in swedish() for found in pattern.finditer(text)]


def unneeded_names() -> list[str]:
    """Return the lines of names.txt that occur in no catalogue, or that the checkers know anyway."""
    needed: set[str] = set()
    for language, unknown in (("fi", _unknown_to_voikko), ("sv", _unknown_to_hunspell)):
        texts = (_plain(text) for _, text in translations(language))
        matches = [match for text in texts for match in _names_in(language).finditer(text)]
        found = {match["name"] or match["term"][0].lower() + match["term"][1:] for match in matches}
        needed |= found & unknown(found)
    return [name for name in names() if name not in needed]


@cache
def names() -> tuple[str, ...]:
    """Return the names and terms that are right though the dictionaries do not know them."""
    return tuple((WORDS / "names.txt").read_text(encoding="utf-8").split())


@cache
def swedish() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns of swedish.txt, each with what to write instead."""
    lines = (WORDS / "swedish.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" → ") for line in lines if line and not line.startswith("#")]
    return tuple((re.compile(rf"(?<!\w)(?:{bad})(?!\w)", re.IGNORECASE), better) for bad, better in pairs)


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Yield each msgid with each of its translations."""
    with (ROOT / f"eventhub/translations/{language}/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        msgid = message.id if isinstance(message.id, str) else message.id[0]
        for text in (message.string,) if isinstance(message.string, str) else message.string or ():
            if msgid and text:
                yield msgid, text


def _words(texts: Iterable[str], language: str) -> set[str]:
    """Return the words, without names. The parts of Capital-compounds ("Viestit-sivulla") are words of their own."""
    found: set[str] = set()
    for text in texts:
        text = _names_in(language).sub(" ", _plain(text))
        for word in _WORD.findall(text):
            found.update(re.split(r"-(?=\w)", word) if word[0].isupper() else (word,))
    return found


def _plain(text: str) -> str:
    """Return the text without what is not a word, without soft hyphens, and with ordinary spaces."""
    return " ".join(_NOT_WORDS.sub(" ", text.replace("\N{SOFT HYPHEN}", "")).split())


@cache
def _names_in(language: str) -> re.Pattern[str]:
    """Return the pattern of a name with an ending, or of a term, which may begin a sentence."""
    capitals = "|".join(re.escape(name) for name in names() if name[0].isupper()) or "(?!)"
    terms = "|".join(f"(?i:{name[0]}){re.escape(name[1:])}" for name in names() if name[0].islower()) or "(?!)"
    return re.compile(rf"(?<!\w)(?:(?P<name>{capitals}){_ENDINGS[language]}|(?P<term>{terms}))(?!\w)")


def _without_dots(words: Iterable[str]) -> set[str]:
    return {word.removesuffix(".") for word in words}


def _unknown_to_voikko(words: Iterable[str]) -> set[str]:
    """Ask `voikkospell`, which answers each word with a line "C: word" (correct) or "W: word" (wrong)."""
    asked = sorted(words)
    answers = _run(["voikkospell", "-d", "fi", "ignore_dot=1"], asked, "libvoikko-dev voikko-fi")
    if [answer[3:] for answer in answers] != asked:  # it ends with 0 even when it could not read a word
        raise RuntimeError(f"voikkospell did not answer every word: {answers[-3:]}")
    return _without_dots(answer[3:] for answer in answers if answer.startswith("W: "))


def _unknown_to_hunspell(words: Iterable[str]) -> set[str]:
    """Ask `hunspell`, which lists the wrong words. It reads no personal dictionary."""
    command = ["hunspell", "-l", "-i", "utf-8", "-d", "sv_FI", "-p", os.devnull]
    return _without_dots(_run(command, sorted(words), "hunspell hunspell-sv"))


def _run(command: list[str], words: list[str], packages: str) -> list[str]:
    """Give the words to the program, one a line, and return the lines of its answer."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}  # nothing of the user's may change the answer
    try:
        done = subprocess.run(
            command,
            input="".join(f"{word}\n" for word in words),
            env=environment,
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise RuntimeError(f"{command[0]} or its dictionary is missing: apt-get install {packages}") from error
    return done.stdout.splitlines()


def main() -> int:
    """Print unknown words and forbidden phrases. 0 when there are none."""
    found = {
        "Unknown Finnish words": unknown_words("fi"),
        "Unknown Swedish words": unknown_words("sv"),
        "Forbidden in Swedish": forbidden_phrases(),
        "Not needed in names.txt": unneeded_names(),
    }
    for title, lines in found.items():
        print(f"{title}: {len(lines)}", *lines, sep="\n  ")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())

"""What people type and paste is normalised once, and doing it again changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.languages import TranslatedText
from eventhub.domain.texts import holds_address, normal, one_line, several_lines
from tests.support.pasted import PASTED, Pasted

_SIGNS = st.characters(codec=None) | st.sampled_from("\u200d\u200c\u0645\u0301aA\u00ad \n\r\t\u2028\uf0b7ﬁ👩")


@given(st.text(_SIGNS))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in (normal, one_line, several_lines):
        assert clean(clean(text)) == clean(text)


@given(st.text(_SIGNS))
def test_a_cleaned_text_can_be_stored(text: str) -> None:
    for clean in (one_line(text), several_lines(text)):
        clean.encode()
        assert "\x00" not in clean


@pytest.mark.parametrize("pasted", PASTED, ids=lambda one: one.program)
def test_pasted_text_has_one_form_however_it_comes_in(pasted: Pasted) -> None:
    assert several_lines(pasted.given) == pasted.stored
    assert one_line(pasted.given) == pasted.on_one_line
    assert TranslatedText(fi=pasted.given)["fi"] == pasted.stored


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Eva\u202e\u2066 \u200bLi\u00adlja\ufeff", "Eva Lilja"),
        ("\u200b\u202e", ""),
        ("a\u200db", "ab"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("", ""),
    ],
)
def test_a_text_keeps_what_can_be_seen(given: str, kept: str) -> None:
    assert one_line(given) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("https://evil.example", True), ("See www.evil", True), ("evil.fi", True), ("a (Evil-1.COM/x)", True)),
        *(("me@here", True), ("evil.com. Now", True)),
        *(("M. St.John-Mollis", False), ("J.K. Virtanen", False), ("fil.dr", False), ("oik.kand., vt. johtaja", False)),
        *(("Sosiaali- ja terveysjärjestöt ry.", False), ("kl.9.30", False), ("Åsa Öberg", False), ("A/B <b>", False)),
    ],
)
def test_addresses_in_names_are_found(text: str, found: bool) -> None:
    assert holds_address(text) is found

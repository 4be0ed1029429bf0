"""What people type is cleaned once, and cleaning it again changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.texts import one_line, several_lines, visible


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert several_lines(several_lines(text)) == several_lines(text)


@given(st.text(st.characters(codec=None)))
def test_a_cleaned_text_can_be_stored(text: str) -> None:
    for clean in (one_line(text), several_lines(text)):
        clean.encode()
        assert "\x00" not in clean


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Eva\u202e\u2066 \u200bLi\u00adlja\ufeff", "Eva Lilja"), ("\u200b\u202e", ""), ("", ""), (None, None)],
)
def test_a_name_keeps_what_can_be_seen(given: str | None, kept: str | None) -> None:
    assert visible(given) == kept

"""A host's own colour, made dark enough for white words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.colours import PRIMARY, READABLE, band_colour, contrast


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)


def test_contrast_of_a_colour_with_itself_is_1() -> None:
    assert contrast("#5b6673", "#5b6673") == 1


def test_dark_enough_stays_as_it_is() -> None:
    assert band_colour("#0b5563") == "#0b5563"


def test_light_colour_is_darkened_and_keeps_its_hue() -> None:
    assert band_colour("#ffd500") == "#8c7500"


@pytest.mark.parametrize("nothing", [None, "", "red", "#fff", "#12345", "#0b5563;"])
def test_missing_colour_falls_back_to_the_default(nothing: str | None) -> None:
    assert band_colour(nothing) == PRIMARY


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_white_has_contrast_on_every_band(colour: str) -> None:
    assert contrast("#ffffff", band_colour(colour)) >= READABLE

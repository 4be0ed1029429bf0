"""The sample's pictures: small, quick, and told apart."""

from __future__ import annotations

from eventhub.domain.pictures import LOGO_SIZE, PORTRAIT_SIZE
from eventhub.samples.pictures import mark, portrait
from eventhub.services.reference import rows


def test_every_sample_organisation_has_a_mark_of_its_own() -> None:
    marks = [mark(row["short_fi"], turn) for turn, row in enumerate(rows("organisations.csv"))]
    assert len({picture.digest for picture in marks}) == len(marks) == 8
    assert all(picture.width <= LOGO_SIZE[0] and picture.height <= LOGO_SIZE[1] for picture in marks)
    assert max(len(picture.data) for picture in marks) < 8000


def test_portraits_take_turns_in_a_few_colours() -> None:
    portraits = [portrait(turn) for turn in range(18)]
    assert (len({picture.digest for picture in portraits}), portraits[0]) == (6, portraits[6])
    assert {(picture.width, picture.height) for picture in portraits} == {PORTRAIT_SIZE}

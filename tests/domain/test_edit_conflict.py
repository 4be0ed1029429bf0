"""Concurrent edits are merged field by field; what both changed is a conflict."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from eventhub.domain.edit_conflict import merge, version_after_conflict, version_of
from eventhub.domain.errors import EditConflict
from eventhub.domain.languages import TranslatedText


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    title: TranslatedText
    places: int | None
    regions: frozenset[str]
    person: Person


SEEN = Draft(TranslatedText(fi="Otsikko", sv="Rubrik"), 10, frozenset({"17", "18"}), Person("Maija", None))
SHOWN = version_of(SEEN)


def test_the_version_of_equal_values_is_the_same() -> None:
    same = Draft(TranslatedText(sv="Rubrik", fi="Otsikko"), 10, frozenset({"18", "17"}), Person("Maija", None))
    assert version_of(same) == SHOWN
    assert version_of(replace(SEEN, places=11)) != SHOWN


def test_fields_that_only_one_changed_are_all_kept() -> None:
    current = replace(SEEN, title=TranslatedText(fi="Uusi", sv="Rubrik"), person=Person("Matti", None))
    wanted = replace(SEEN, title=TranslatedText(fi="Otsikko", sv="Ny", en="New"), places=None)
    assert merge(current, wanted, shown=SHOWN) == Draft(
        TranslatedText(fi="Uusi", sv="Ny", en="New"), None, frozenset({"17", "18"}), Person("Matti", None)
    )


def test_a_text_that_another_has_removed_or_added_stays_so() -> None:
    current = replace(SEEN, title=TranslatedText(fi="Otsikko", en="Title"))
    assert merge(current, replace(SEEN, places=20), shown=SHOWN) == replace(current, places=20)


def test_fields_that_both_changed_are_the_conflict() -> None:
    current = replace(SEEN, title=TranslatedText(fi="Uusi", sv="Rubrik"), places=11)
    wanted = replace(SEEN, title=TranslatedText(fi="Toinen", sv="Rubrik"), places=12, person=Person("Matti", None))
    with pytest.raises(EditConflict) as conflict:
        merge(current, wanted, shown=SHOWN)
    assert conflict.value.fields == ("title.fi", "places")


def test_saving_the_same_values_twice_is_no_conflict() -> None:
    wanted = replace(SEEN, places=11)
    assert merge(wanted, wanted, shown=SHOWN) == wanted


def test_a_form_without_a_version_overwrites_nothing() -> None:
    with pytest.raises(EditConflict):
        merge(SEEN, replace(SEEN, places=11), shown="")
    assert merge(SEEN, SEEN, shown="") == SEEN


def test_a_plain_text_is_merged_by_language() -> None:
    seen = TranslatedText(fi="Sali", sv="Sal")
    current, wanted = TranslatedText(fi="Sali A", sv="Sal"), TranslatedText(fi="Sali", sv="Sal A")
    assert merge(current, wanted, shown=version_of(seen)) == TranslatedText(fi="Sali A", sv="Sal A")


def test_saving_again_after_a_conflict_decides_it_and_still_merges_the_rest() -> None:
    current = replace(SEEN, title=TranslatedText(fi="Theirs", sv="Rubrik"), places=20)
    mine = replace(SEEN, title=TranslatedText(fi="Mine", sv="Rubrik"))
    with pytest.raises(EditConflict) as refused:
        merge(current, mine, shown=SHOWN)
    shown_again = version_after_conflict(current, shown=SHOWN, conflicts=refused.value.fields)
    assert merge(current, mine, shown=shown_again) == replace(mine, places=20)
    moved_on = replace(current, title=TranslatedText(fi="Theirs again", sv="Rubrik"))
    with pytest.raises(EditConflict):
        merge(moved_on, mine, shown=shown_again)


def test_conflict_over_a_removed_text_can_be_decided() -> None:
    current = replace(SEEN, title=TranslatedText(fi="Otsikko"))
    mine = replace(SEEN, title=TranslatedText(fi="Otsikko", sv="Mine"))
    with pytest.raises(EditConflict) as refused:
        merge(current, mine, shown=SHOWN)
    assert refused.value.fields == ("title.sv",)
    shown_again = version_after_conflict(current, shown=SHOWN, conflicts=refused.value.fields)
    assert merge(current, mine, shown=shown_again) == mine

"""The order of names."""

import unicodedata

from eventhub.domain.names import sort_key


def test_names_sort_in_finnish_order() -> None:
    names = ["Öberg", "Zetterberg", "Äijälä", "Åberg", "aho", "Aalto", "Éclair", "Eklund"]
    assert sorted(names, key=sort_key) == [
        "Aalto", "aho", "Éclair", "Eklund", "Zetterberg", "Åberg", "Äijälä", "Öberg",
    ]  # fmt: skip


def test_letters_in_two_characters_are_the_same_letters() -> None:
    for name in ("Åberg", "Äijälä", "ÖBERG", "Éclair"):
        assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)

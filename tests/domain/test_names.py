"""The order of names, and when two are the same."""

import unicodedata

from eventhub.domain.names import name_key, searchable, sort_key


def test_names_sort_in_finnish_order() -> None:
    names = ["Öberg", "Zetterberg", "Äijälä", "Åberg", "aho", "Aalto", "Éclair", "Eklund"]
    assert sorted(names, key=sort_key) == [
        "Aalto", "aho", "Éclair", "Eklund", "Zetterberg", "Åberg", "Äijälä", "Öberg",
    ]  # fmt: skip


def test_letters_in_two_characters_are_the_same_letters() -> None:
    for name in ("Åberg", "Äijälä", "ÖBERG", "Éclair"):
        assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)


def test_spellings_of_one_name_share_a_key_and_other_names_do_not() -> None:
    spellings = ["Åke Strauß", " åke  STRAUSS ", unicodedata.normalize("NFD", "ÅKE strauß"), "Åke\u00a0Strauss"]
    assert {name_key(name) for name in spellings} == {"åke strauss"}
    assert name_key("Ake Strauss") != name_key("Åke Strauss")


def test_search_takes_letters_with_and_without_their_marks() -> None:
    for spelling in ("Äijälä Strauß", "AIJALA STRAUSS", unicodedata.normalize("NFD", "äijälä strauß")):
        assert searchable(spelling) == "aijala strauss"
    assert searchable("Šøłđ") == "sold"

"""The order of names."""

from eventhub.domain.names import sort_key


def test_order_expected_here() -> None:
    names = ["Öberg", "Zetterberg", "Äijälä", "Åberg", "aho", "Aalto", "Éclair", "Eklund"]
    assert sorted(names, key=sort_key) == [
        "Aalto", "aho", "Éclair", "Eklund", "Zetterberg", "Åberg", "Äijälä", "Öberg",
    ]  # fmt: skip

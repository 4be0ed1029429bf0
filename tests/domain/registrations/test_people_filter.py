"""A selection of people narrows only by what is given."""

from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleSelection


def test_an_empty_selection_leaves_nobody_out() -> None:
    assert not PeopleSelection().narrows


def test_anything_given_narrows() -> None:
    assert PeopleSelection(words="aino").narrows
    assert PeopleSelection(status=RegistrationStatus.CONFIRMED).narrows
    assert PeopleSelection(link=NO_LINK).narrows

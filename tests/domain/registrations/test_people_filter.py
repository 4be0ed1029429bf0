"""A selection of people narrows only by what is given."""

from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleFilter


def test_an_empty_selection_leaves_nobody_out() -> None:
    assert not PeopleFilter().narrows


def test_anything_given_narrows() -> None:
    assert PeopleFilter(words="aino").narrows
    assert PeopleFilter(status=RegistrationStatus.CONFIRMED).narrows
    assert PeopleFilter(link=NO_LINK).narrows

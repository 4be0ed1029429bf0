"""A selection of people narrows only by what is given."""

from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleFilter


def test_empty_people_filter_does_not_narrow() -> None:
    assert not PeopleFilter().narrows


def test_people_filter_with_any_value_narrows() -> None:
    assert PeopleFilter(words="aino").narrows
    assert PeopleFilter(status=RegistrationStatus.CONFIRMED).narrows
    assert PeopleFilter(link=NO_LINK).narrows

"""The actions that each role permits."""

from eventhub.domain.access.roles import PERMISSIONS, Action, permitted
from eventhub.domain.enums import HostRole, MemberRole


def test_lead_may_do_everything_and_a_stranger_nothing() -> None:
    assert permitted([(HostRole.LEAD, MemberRole.ORGANISER)]) == frozenset(Action)
    assert permitted([]) == frozenset()


def test_co_organiser_sees_only_the_people_of_its_own_link() -> None:
    may = permitted([(HostRole.CO_ORGANISER, MemberRole.ORGANISER)])
    assert Action.SEE_OWN_PEOPLE in may
    assert may.isdisjoint(
        {Action.SEE_ALL_PEOPLE, Action.EDIT_PEOPLE, Action.SEE_SENSITIVE, Action.SEE_MESSAGES, Action.PUBLISH}
    )


def test_supporter_sees_neither_people_nor_how_many_they_are() -> None:
    for member in MemberRole:
        assert permitted([(HostRole.SUPPORTER, member)]) == {Action.SEE, Action.SEE_REPORT}


def test_all_hosts_read_the_same_figures() -> None:
    assert all(Action.SEE_REPORT in PERMISSIONS[role] for role in HostRole)


def test_reader_sees_no_people_and_exports_nothing() -> None:
    for role in (HostRole.LEAD, HostRole.CO_ORGANISER):
        assert permitted([(role, MemberRole.READER)]) == {
            Action.SEE,
            Action.SEE_TOTALS,
            Action.SEE_HISTORY,
            Action.SEE_REPORT,
            Action.READ_WORDS,
        }


def test_permissions_of_two_roles_add_up() -> None:
    parts = [(HostRole.SUPPORTER, MemberRole.ORGANISER), (HostRole.LEAD, MemberRole.READER)]
    assert permitted(parts) == permitted([(HostRole.LEAD, MemberRole.READER)])

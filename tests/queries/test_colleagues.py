"""The members of an organisation, in a constant number of statements."""

from __future__ import annotations

from sqlalchemy.orm import Session

from eventhub.queries.colleagues import members_of, membership_of
from tests.conftest import Statements
from tests.support.factories import make_organisation, make_user


def test_members_are_listed_by_name_and_deactivated_ones_last(db_session: Session) -> None:
    soste = make_organisation("soste")
    for name, active in (("Öberg", True), ("Aho", False), ("Berg", True)):
        make_user(soste, name=name, active=active)
    make_user(make_organisation("spek"), name="Stranger")
    assert [member.user.name for member in members_of(soste)] == ["Berg", "Öberg", "Aho"]


def test_members_take_the_same_statements_for_one_and_three(db_session: Session, statements: Statements) -> None:
    counts = []
    for number in (1, 3):
        organisation = make_organisation()
        for _ in range(number):
            make_user(organisation)
        db_session.commit()
        db_session.expunge_all()
        db_session.add(organisation)
        with statements() as seen:
            assert len(members_of(organisation)) == number
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_member_of_another_organisation_is_not_found(db_session: Session) -> None:
    soste, stranger = make_organisation("soste"), make_user(make_organisation("spek"))
    assert membership_of(soste, stranger.id) is None

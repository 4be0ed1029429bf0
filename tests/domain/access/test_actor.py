"""Actors: the user, participant or system behind an act."""

from __future__ import annotations

import pytest

from eventhub.domain.access.actor import COMMAND_LINE, NEWCOMER, SYSTEM, Actor, ActorKind


def test_each_kind_has_the_id_of_its_kind_alone() -> None:
    made = [Actor.staff(1, "Aino"), Actor.participant(2), Actor.api_key("k3", "Website"), SYSTEM, NEWCOMER]
    assert [(one.kind, one.user_id, one.registration_id, one.api_key_id) for one in made] == [
        (ActorKind.STAFF, 1, None, None),
        (ActorKind.PARTICIPANT, None, 2, None),
        (ActorKind.API_KEY, None, None, "k3"),
        (ActorKind.SYSTEM, None, None, None),
        (ActorKind.PARTICIPANT, None, None, None),
    ]


def test_two_systems_differ_by_name() -> None:
    assert (SYSTEM.name, COMMAND_LINE.name) == ("system", "command line")
    assert SYSTEM != COMMAND_LINE


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ActorKind.STAFF},
        {"kind": ActorKind.API_KEY},
        {"kind": ActorKind.SYSTEM, "user_id": 1},
        {"kind": ActorKind.PARTICIPANT, "user_id": 1},
        {"kind": ActorKind.STAFF, "user_id": 1, "registration_id": 1},
    ],
)
def test_an_id_that_does_not_fit_the_kind_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"has no id|of another kind"):
        Actor(**wrong)  # type: ignore[arg-type]


def test_newcomer_actor_becomes_the_registration() -> None:
    assert NEWCOMER.with_registration(7) == Actor.participant(7)
    assert Actor.participant(3).with_registration(7) == Actor.participant(3)
    assert Actor.staff(1, "Aino").with_registration(7) == Actor.staff(1, "Aino")


def test_an_actor_is_a_frozen_value() -> None:
    with pytest.raises(AttributeError):
        SYSTEM.name = "other"  # type: ignore[misc]

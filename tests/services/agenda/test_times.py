"""Sessions move in their order and in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from eventhub.db import db
from eventhub.domain.errors import NotFound
from eventhub.models import AgendaItem, Event, User
from eventhub.services import agenda
from eventhub.services.agenda import AgendaResource
from tests.support.factories import NOW, acting, make_event, texts

from .conftest import add, programme


def test_swapped_sessions_keep_their_lengths(event: Event, user: User) -> None:
    add(event, user, "Opening", 0, 30)
    talk = add(event, user, "Talk", 30, 10)
    add(event, user, "Closing", 50, 20)
    agenda.move_in_line(event, talk, steps=-1, actor=acting(user), now=NOW)
    assert programme(event) == [("Talk", 0, 10), ("Opening", 10, 40), ("Closing", 50, 70)]
    agenda.move_in_line(event, talk, steps=-1, actor=acting(user), now=NOW)
    assert programme(event) == [("Talk", 0, 10), ("Opening", 10, 40), ("Closing", 50, 70)]


def test_a_track_moves_without_the_other(event: Event, user: User) -> None:
    one, two = (
        agenda.add_resource(event, AgendaResource.TRACK, texts(name), actor=acting(user), now=NOW)
        for name in ("One", "Two")
    )
    add(event, user, "A1", 0, 30, track_id=one.id)
    second = add(event, user, "A2", 30, 15, track_id=one.id)
    add(event, user, "B1", 0, 20, track_id=two.id)
    add(event, user, "B2", 20, 25, track_id=two.id)
    agenda.move_in_line(event, second, steps=-1, actor=acting(user), now=NOW)
    assert sorted(programme(event)) == [("A1", 15, 45), ("A2", 0, 15), ("B1", 0, 20), ("B2", 20, 45)]


def test_a_dropped_order_moves_each_track_by_its_own_part(event: Event, user: User) -> None:
    one, two = (
        agenda.add_resource(event, AgendaResource.TRACK, texts(name), actor=acting(user), now=NOW)
        for name in ("One", "Two")
    )
    a1 = add(event, user, "A1", 0, 30, track_id=one.id)
    b1 = add(event, user, "B1", 0, 20, track_id=two.id)
    b2 = add(event, user, "B2", 20, 25, track_id=two.id)
    a2 = add(event, user, "A2", 30, 15, track_id=one.id)
    agenda.arrange_sessions(event, [b2.id, a1.id, b1.id, a2.id], actor=acting(user), now=NOW)
    assert sorted(programme(event)) == [("A1", 0, 30), ("A2", 30, 45), ("B1", 25, 45), ("B2", 0, 25)]


def test_an_order_that_is_not_one_days_is_refused(event: Event, user: User) -> None:
    first, second = add(event, user, "A", 0, 30), add(event, user, "B", 30, 30)
    other = make_event()
    foreign = add(other, user, "C", 0, 30)
    for order in ([first.id], [first.id, second.id, foreign.id], [foreign.id, first.id], []):
        with pytest.raises(NotFound):
            agenda.arrange_sessions(event, order, actor=acting(user), now=NOW)
    assert programme(event) == [("A", 0, 30), ("B", 30, 60)]


def test_one_session_or_the_rest_of_the_day_moves_in_time(event: Event, user: User) -> None:
    add(event, user, "A", 0, 30)
    second = add(event, user, "B", 30, 30)
    add(event, user, "C", 60, 30)
    agenda.move_in_time(event, second, minutes=-5, actor=acting(user), now=NOW)
    assert programme(event) == [("A", 0, 30), ("B", 25, 55), ("C", 60, 90)]
    assert agenda.move_from(event, second, minutes=10, actor=acting(user), now=NOW) == 2
    assert programme(event) == [("A", 0, 30), ("B", 35, 65), ("C", 70, 100)]


def pressed(app: Flask, press: Callable[[Event, AgendaItem, User], object], *ids: int) -> None:
    """Four users press five times each; all have read the event, the session and themselves before."""
    together = Barrier(4, timeout=30)

    def work() -> None:
        with app.app_context():
            for _ in range(5):
                event, item, user = (
                    db.session.get_one(model, number)
                    for model, number in zip((Event, AgendaItem, User), ids, strict=True)
                )
                db.session.commit()  # what was read stays in the session, as old as it is
                together.wait()
                press(event, item, user)
                db.session.remove()

    people = [Thread(target=work) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()


@pytest.mark.parametrize("press", [agenda.move_in_time, agenda.move_from])
def test_concurrent_moves_in_time_all_count(app: Flask, event: Event, user: User, press: Callable[..., object]) -> None:
    item = add(event, user, "A", 0, 30)
    ids, first = (event.id, item.id, user.id), item.starts_at
    db.session.remove()
    pressed(app, lambda event, item, user: press(event, item, minutes=5, actor=acting(user), now=NOW), *ids)
    assert db.session.get_one(AgendaItem, ids[1]).starts_at - first == timedelta(minutes=100)

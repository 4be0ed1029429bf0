"""No input is a 500: requests that no page would send, to every form and every page, in every state of an event."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.db import db
from tests.conftest import DatabaseMaker, make_settings
from tests.support.storm import Hit, Storm, nothing_saved
from tests.support.storm_world import State, StormWorld

#: The same requests in each run. `python -m benchmarks.storm` sends many more, of any seed.
SEED = 1


@pytest.fixture(scope="module")
def world(
    make_database: DatabaseMaker, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StormWorld]:
    url = make_database(str(request.config.getoption("--database")))
    app = create_app(make_settings(tmp_path_factory.mktemp("storm"), database_url=url))
    app.config.update(WTF_CSRF_ENABLED=False)
    furnished = StormWorld(app, now=utcnow())
    with nothing_saved(app):
        yield furnished
    with app.app_context():
        db.engine.dispose()


def test_every_form_is_found_on_a_page(world: StormWorld) -> None:
    storm = Storm(world, Random(SEED))
    found = {target.endpoint for state in State for target in storm.targets(state)}
    assert set(storm.endpoints("POST")) - found == set()


@pytest.mark.parametrize("state", State)
def test_no_form_answers_with_a_server_error(world: StormWorld, state: State) -> None:
    storm = Storm(world, Random(f"{SEED} {state}"))
    assert _errors(storm.ask(shot) for target in storm.all_targets(state) for shot in storm.posts(target, 1)) == []


def test_no_field_answers_with_a_server_error(world: StormWorld) -> None:
    """All fields of each form, and one of them, with a file, a control character, a blank and nothing; and JSON."""
    storm = Storm(world, Random(SEED))
    targets = storm.targets(State.PUBLISHED)
    assert _errors(storm.ask(shot) for target in targets for shot in storm.sweep(target)) == []


@pytest.mark.parametrize("state", State)
def test_no_query_answers_with_a_server_error(world: StormWorld, state: State) -> None:
    storm = Storm(world, Random(f"{SEED} {state}"))
    shots = (shot for endpoint in storm.endpoints("GET") for shot in storm.gets(endpoint, state, 1))
    assert _errors(storm.ask(shot) for shot in shots) == []


def _errors(hits: Iterator[Hit]) -> list[str]:
    return [str(hit) for hit in hits if hit.status >= 500]

"""Numbers in addresses are ids that the database can hold, or none."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from eventhub.web.http.row_ids import LARGEST, row_id

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("007", 7), (str(LARGEST), LARGEST)])
def test_row_id_is_read(text: str, number: int) -> None:
    assert row_id(text) == number


@pytest.mark.parametrize("text", [None, "", "-1", "1.0", "x", "٣", str(LARGEST + 1), "9" * 400])
def test_invalid_row_id_is_none(text: str | None) -> None:
    assert row_id(text) is None


def test_a_route_takes_no_larger_number_than_an_id(app: Flask) -> None:
    routes = app.url_map.bind("localhost")
    endpoint, values = routes.match(f"/en/organise/events/forum/people/{LARGEST}")
    assert (endpoint, values["registration_id"]) == ("organise_people.show", LARGEST)
    with pytest.raises(NotFound):
        routes.match(f"/en/organise/events/forum/people/{LARGEST + 1}")

"""The handler of errors: a refusal after a concurrent change, else an internal error."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from tests.support.pages import page_of


@pytest.mark.parametrize(
    ("broken", "status", "words"),
    [
        ("FOREIGN KEY constraint failed", 409, "Joku muu on muuttanut"),
        ("UNIQUE constraint failed: event.slug", 409, "on jo käytössä"),
        ("CHECK constraint failed: ends_after_start", 500, "virhe"),
    ],
)
def test_violated_constraint_is_a_refusal_or_an_error(own_app: Flask, broken: str, status: int, words: str) -> None:
    @own_app.get("/broken")
    def fall() -> str:
        raise IntegrityError("INSERT", {}, sqlite3.IntegrityError(broken))

    response = own_app.test_client().get("/broken", headers={"Accept-Language": "fi"})
    assert response.status_code == status
    assert words in page_of(response).text

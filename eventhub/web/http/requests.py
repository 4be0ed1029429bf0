"""The start of each request: no NUL in its address, a form as its body, and a read-only transaction.

A service begins its own transaction when it writes.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, abort, request

from eventhub.db import read_only

#: What a body may be: what HTML forms send. Nothing of ours reads JSON, so none can be mistaken for a form.
FORM_ENCODINGS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def init_app(app: Flask) -> None:
    app.before_request(_refuse_nul)
    app.before_request(_refuse_other_encodings)
    app.before_request(_begin_read_only)
    app.teardown_request(_end_read_only)


def _refuse_nul() -> None:
    """Answer 404: no address has a NUL, and PostgreSQL accepts none in a text."""
    if "\0" in request.path or b"%00" in request.query_string:
        abort(404)


def _refuse_other_encodings() -> None:
    """Answer 415 to a body that no form sends; a request without a body may say nothing of it."""
    if request.method == "POST" and request.mimetype and request.mimetype not in FORM_ENCODINGS:
        abort(415)


def _begin_read_only() -> None:
    read_only.set(True)


def _end_read_only(error: BaseException | None) -> None:
    read_only.set(False)

"""What each request begins with: no NUL in its address, and a transaction that only reads until a service writes."""

from __future__ import annotations

from flask import Flask, abort, request

from eventhub.db import read_only


def init_app(app: Flask) -> None:
    app.before_request(_refuse_nul)
    app.before_request(_begin_read_only)
    app.teardown_request(_end_read_only)


def _refuse_nul() -> None:
    """Answer 404: no address of ours has a NUL, and PostgreSQL takes none in a text."""
    if "\0" in request.path or b"%00" in request.query_string:
        abort(404)


def _begin_read_only() -> None:
    read_only.set(True)


def _end_read_only(error: BaseException | None) -> None:
    read_only.set(False)

"""Limits of request bodies: small, except for forms that take a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
#: More than a picture may have, so that the form itself refuses a photograph that is too large, and keeps the other
#: fields. Large parts are buffered in a file.
LARGEST_UPLOAD: Final = 25 * 1024 * 1024


def init_app(app: Flask) -> None:
    app.before_request(_make_room)


def takes_pictures(view: View) -> View:
    """Mark a view whose form has a file field."""
    view.takes_pictures = True  # type: ignore[attr-defined]
    return view


def _make_room() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_pictures", False):
        request.max_content_length = LARGEST_UPLOAD

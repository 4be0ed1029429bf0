"""Structured logs: one JSON object per line (readable lines on a terminal), with the request's id.

No personal data is logged: a request by its route (`/<lang>/r/<token>`), never by its address, which holds tokens;
an exception by its type and place, without the values that failed.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from flask import Flask, Response, g, has_request_context, request

REQUEST_ID: Final = "X-Request-ID"
_ACCEPTABLE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET: Final = ("/healthz", "/readyz", "/static/<path:filename>")


def set_up_logging() -> None:
    """Send all log lines, those of libraries too, to standard output in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(pad_event_to=0)
        if sys.stdout.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # It logs IP addresses; web.http.limits logs a line without them.
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Give each request an id, in its log lines and its response, and log one line per response."""
    log = structlog.stdlib.get_logger("eventhub.web")

    @app.before_request
    def begin() -> None:
        given = request.headers.get(REQUEST_ID, "")
        g.request_id = given if _ACCEPTABLE_ID.fullmatch(given) else secrets.token_hex(8)
        g.request_began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers[REQUEST_ID] = g.request_id
        route = request.url_rule.rule if request.url_rule else None
        if route not in _QUIET:
            took = round((time.perf_counter() - g.request_began) * 1000, 1)
            log.info("request", method=request.method, route=route, status=response.status_code, ms=took)
        return response

    @app.teardown_request
    def forget(error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()


def _without_values(logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and place: its message may quote a row or an address."""
    if has_request_context() and str(entry.get("event", "")).startswith("Exception on "):
        entry["event"] = "request_failed"  # Flask's own line quotes the address
        entry["route"] = request.url_rule.rule if request.url_rule else None
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, BaseException):
        error = (type(error), error, error.__traceback__)
    if isinstance(error, tuple) and error[0] is not None:
        entry["error"] = f"{error[0].__module__}.{error[0].__qualname__}"
        entry["at"] = [
            f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error[2])[-8:]
        ]
    return entry

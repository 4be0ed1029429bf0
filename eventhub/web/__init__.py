"""Pages: blueprints by noun; `init_app` registers them and what all requests share."""

from __future__ import annotations

from flask import Flask

from eventhub.settings import Settings

from .account import views as accounts
from .blueprints import BLUEPRINTS
from .http import errors, filters, headers, languages, limits, page_cache, requests, row_ids, uploads


def init_app(app: Flask, settings: Settings) -> None:
    """Register everything between a request and a service."""
    row_ids.init_app(app)
    requests.init_app(app)
    languages.init_app(app)
    headers.init_app(app, settings)
    limits.init_app(app, settings)
    filters.init_app(app)
    page_cache.init_app(app)
    uploads.init_app(app)  # before errors, whose CSRF check reads the request
    errors.init_app(app)
    accounts.init_app(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)

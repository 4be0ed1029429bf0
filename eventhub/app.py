"""The application factory: the one module that knows all the others."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final
from wsgiref.headers import Headers

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from eventhub.db import db

from . import cli, logging, web
from .mail import outbox
from .settings import Settings

ROOT: Final = Path(__file__).resolve().parent.parent
STATIC: Final = Path(__file__).resolve().parent / "static"
_YEAR: Final = 31_536_000


def create_app(settings: Settings | None = None, *, nudge: Callable[[], None] | None = None) -> Flask:
    """Return the WSGI application.

    `nudge` is called after each commit that put messages into the outbox, to wake a worker; without it they wait
    for the next tick. Raises: SettingsError.
    """
    settings = settings or Settings.from_env()
    app = Flask(
        "eventhub",
        root_path=str(Path(__file__).resolve().parent),
        static_folder=str(STATIC),
        # The path changes with the contents, so browsers may cache the files for good (cache busting).
        static_url_path=f"/static/{_fingerprint(STATIC)}",
        template_folder=str(ROOT / "templates"),
    )
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True} if settings.database_url.startswith("postgresql") else {},
        # With the prefix browsers refuse the cookie from other hosts, other paths and connections without TLS.
        SESSION_COOKIE_NAME="__Host-eventhub" if settings.secure else "eventhub",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).resolve().parent / "translations"),
        WTF_CSRF_TIME_LIMIT=None,  # valid as long as the session: a form left open over lunch is not lost
        # The CSRF token and the cookie's SameSite protect forms; some browsers and proxies withhold the Referer.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["eventhub.settings"] = settings
    logging.init_app(app)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    outbox.nudge_after_commit(app, nudge)
    web.init_app(app, settings)
    cli.init_app(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC),
        prefix=app.static_url_path,
        max_age=_YEAR,
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
        add_headers_function=_harden,
    )
    if settings.trusted_proxies:
        # No X-Forwarded-Host: our addresses begin with the public URL or have no host, so none is trusted.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies, x_host=0
        )
    return app


def _harden(headers: Headers, path: str, url: str) -> None:
    """Set the headers of `web.http.headers` that static files need.

    WhiteNoise answers them before the application.
    """
    headers["X-Content-Type-Options"] = "nosniff"


def _fingerprint(folder: Path) -> str:
    """Return twelve characters that change with any static file."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]

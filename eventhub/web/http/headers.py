"""Security and cache headers. Pages have no inline script or style, so the policy needs no nonce."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, session

from eventhub.settings import Settings

CONTENT_SECURITY_POLICY: Final = "; ".join((
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
))  # fmt: skip


def init_app(app: Flask, settings: Settings) -> None:
    fixed = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        # Personal links are addresses, so no other site may get them as Referer.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if settings.secure:
        fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        # A view that allows caching says so; all other responses may hold personal data.
        response.headers.setdefault("Cache-Control", "no-store")
        if response.cache_control.public:
            # The same for all visitors and cached by proxies: the response must not depend on or set a cookie.
            session.modified = False
            session.accessed = False  # last, since reading `session` marks it as accessed
        return response

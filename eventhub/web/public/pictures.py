"""Pictures by digest. The content of such an address never changes, so browsers cache it for good."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from eventhub.domain.errors import NotFound
from eventhub.domain.pictures import DIGEST_LENGTH
from eventhub.queries import pictures as queries

bp = Blueprint("pictures", __name__)
_DIGEST: Final = re.compile(f"[0-9a-f]{{{DIGEST_LENGTH}}}")


@bp.get("/pictures/<digest>.webp")
def show(digest: str) -> ResponseReturnValue:
    """Send one picture; 304 when the browser has it."""
    found = queries.picture(digest) if _DIGEST.fullmatch(digest) else None
    if found is None:
        raise NotFound
    response = Response(found.data, mimetype=found.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # Opened directly, the picture must not run or load anything.
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.set_etag(digest)
    response.make_conditional(request)
    return response

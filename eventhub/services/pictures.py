"""Storage of pictures by digest, once each, as long as a row refers to them; the caller commits.

Lock order: pictures come last, after organisations and events; otherwise two editors could deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, exists, select

from eventhub.db import db
from eventhub.db.upsert import insert_new
from eventhub.domain.pictures import Drawn
from eventhub.models import Organisation, Picture, Speaker

_MEDIA_TYPE: Final = "image/webp"


def keep(picture: Drawn) -> str:
    """Store the picture if it is new (upsert), lock it until the commit, and return its digest."""
    row = {"digest": picture.digest, "media_type": _MEDIA_TYPE, "width": picture.width, "height": picture.height}
    held = select(Picture.digest).where(Picture.digest == picture.digest).with_for_update(read=True, key_share=True)
    while db.session.scalar(held) is None:  # try again if another transaction has just deleted it
        db.session.execute(insert_new(Picture).values(data=picture.data, **row))
    return picture.digest


def drop_unused(digests: Iterable[str | None]) -> None:
    """Delete those of these pictures that no row refers to."""
    db.session.flush()
    for digest in sorted({digest for digest in digests if digest is not None}):
        # The row lock comes first: a transaction that refers to the picture has then committed, or stores it anew.
        db.session.execute(select(Picture.digest).where(Picture.digest == digest).with_for_update())
        shown = exists().where(Organisation.logo_digest == digest) | exists().where(Speaker.picture_digest == digest)
        db.session.execute(
            delete(Picture).where(Picture.digest == digest, ~shown).execution_options(synchronize_session=False)
        )

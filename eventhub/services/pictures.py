"""Keeping pictures, once each, for as long as somebody shows them. The caller commits.

Pictures are held last, after organisations and events, so that no two who change them wait for one another.
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
    """Have the picture in the database, and give its digest. Nobody takes it away before the commit."""
    row = {"digest": picture.digest, "media_type": _MEDIA_TYPE, "width": picture.width, "height": picture.height}
    held = select(Picture.digest).where(Picture.digest == picture.digest).with_for_update(read=True, key_share=True)
    while db.session.scalar(held) is None:  # again, should somebody have taken it away just now
        db.session.execute(insert_new(Picture).values(data=picture.data, **row))
    return picture.digest


def drop_unused(digests: Iterable[str | None]) -> None:
    """Delete those of these pictures that nobody shows any more."""
    db.session.flush()
    for digest in sorted({digest for digest in digests if digest is not None}):
        # Held first: whoever is about to show the same one has then done so, or comes too late.
        db.session.execute(select(Picture.digest).where(Picture.digest == digest).with_for_update())
        shown = exists().where(Organisation.logo_digest == digest) | exists().where(Speaker.picture_digest == digest)
        db.session.execute(
            delete(Picture).where(Picture.digest == digest, ~shown).execution_options(synchronize_session=False)
        )

"""Uploaded pictures, redrawn as small WebP pictures for pages: logos and portraits.

Redrawing sanitises the file: its EXIF data (place and camera), scripts and further frames are lost. SVG is refused,
since it can carry script.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from threading import BoundedSemaphore, Lock
from typing import Final

from PIL import Image, ImageOps

#: The largest file that is read.
MEGABYTES: Final = 5
LARGEST_FILE: Final = MEGABYTES * 1024 * 1024
#: The most pixels of a picture: a file of a few bytes can unpack to gigabytes (a decompression bomb). Cameras of 24
#: megapixels stay below.
MOST_POINTS: Final = 25_000_000
#: The largest finished picture, in bytes.
LARGEST_PICTURE: Final = 256 * 1024
#: In pixels, twice the size shown on a page, for high-density screens.
LOGO_SIZE: Final = (480, 200)
PORTRAIT_SIZE: Final = (256, 256)
DIGEST_LENGTH: Final = 64

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
#: Bytes up to which a logo is kept lossless: drawings stay below; in a photograph the loss is not visible.
_LOSSLESS_UP_TO: Final = 40 * 1024
_QUALITIES: Final = (85, 60, 30)
#: A logo is first reduced to this many times its final size, before its margin is cut off.
_MARGINS: Final = 4
#: From this grey value (of 255) up, a pixel counts as white.
_WHITE: Final = 240
#: What Pillow raises for a broken file, depending on where it is broken.
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)
#: One picture at a time in each process: an unpacked picture may take 100 MB.
_unfolding: Final = Lock()
#: One is drawn and one waits; more are refused, since each would hold a thread that visitors' pages need.
_AT_ONCE: Final = 2
_drawing: Final = BoundedSemaphore(_AT_ONCE)


class Shape(StrEnum):
    """What a picture is used for, which decides how it is cropped."""

    LOGO = "logo"
    PORTRAIT = "portrait"


class UnusablePicture(ValueError):
    """The file cannot be used as a picture."""


class NoPicture(UnusablePicture):
    """The file is no PNG, JPEG or WebP, or it is broken."""


class FileTooLarge(UnusablePicture):
    """The file has more bytes than `LARGEST_FILE`."""


class TooManyPoints(UnusablePicture):
    """The picture has more pixels than `MOST_POINTS`."""


class NothingToSee(UnusablePicture):
    """The logo is all white or transparent, as logos for dark backgrounds are: the pages are white."""


class TooBusy(UnusablePicture):
    """Other pictures are being drawn, and no more may wait; the file itself may be fine."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished picture: WebP, with its size in pixels."""

    data: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Return the SHA-256 in hex: the picture's key and address."""
        return sha256(self.data).hexdigest()


def drawn(file: bytes, shape: Shape) -> Drawn:
    """Return an uploaded file redrawn in that shape: upright, reduced, the first frame of an animation.

    A logo loses its margin.

    Raises: FileTooLarge, TooBusy, TooManyPoints, NoPicture, NothingToSee.
    """
    if len(file) > LARGEST_FILE:
        raise FileTooLarge
    if not _drawing.acquire(blocking=False):
        raise TooBusy
    try:
        with _unfolding:
            return _drawn(file, shape)
    except UnusablePicture:
        raise
    except Image.DecompressionBombError as error:
        raise TooManyPoints from error
    except _BROKEN as error:
        raise NoPicture from error
    finally:
        _drawing.release()


def saved(image: Image.Image) -> Drawn:
    """Return an image as WebP: lossless if small, else the best quality within `LARGEST_PICTURE`."""
    data = _webp(image, lossless=True, quality=80)
    if len(data) > _LOSSLESS_UP_TO:
        data = next(small for quality in _QUALITIES if len(small := _webp(image, quality=quality)) <= LARGEST_PICTURE)
    return Drawn(data, image.width, image.height)


def _drawn(file: bytes, shape: Shape) -> Drawn:
    with Image.open(BytesIO(file), formats=_FORMATS) as image:
        if image.width * image.height > MOST_POINTS:
            raise TooManyPoints
        size = LOGO_SIZE if shape is Shape.LOGO else PORTRAIT_SIZE
        # JPEG is decoded at a fraction of its size; twice ours, on either side, leaves enough to draw from.
        image.draft("RGB", (2 * max(size), 2 * max(size)))
        image.load()
        upright = ImageOps.exif_transpose(image)
        clean = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    if shape is Shape.PORTRAIT:
        return saved(ImageOps.fit(_on_white(clean), size, method=Image.Resampling.LANCZOS))
    clean.thumbnail((_MARGINS * size[0], _MARGINS * size[1]), Image.Resampling.LANCZOS)
    logo = _without_margin(clean)
    logo.thumbnail(size, Image.Resampling.LANCZOS)
    return saved(logo)


def _without_margin(image: Image.Image) -> Image.Image:
    """Return the image without its white or transparent margin. Raises: NothingToSee."""
    seen = _on_white(image).convert("L").point(lambda light: 255 * (light < _WHITE))
    box = seen.getbbox()
    if box is None:
        raise NothingToSee
    return image.crop(box)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _webp(image: Image.Image, *, quality: int, lossless: bool = False) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", quality=quality, lossless=lossless, method=4)
    return file.getvalue()

"""Pictures as people give them, made into small ones that a page can show: logos and portraits, in WebP.

What comes out is drawn anew, so nothing else of the file gets through: no place and camera (EXIF), no script, no second
picture of an animation. SVG is no picture here, since it can carry script.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageOps

#: The largest file that is looked at.
MEGABYTES: Final = 5
LARGEST_FILE: Final = MEGABYTES * 1024 * 1024
#: The most points of a picture: a file of a few bytes can unfold to gigabytes. Cameras of 24 megapixels stay below.
MOST_POINTS: Final = 25_000_000
#: What a finished picture takes at most, in bytes.
LARGEST_PICTURE: Final = 256 * 1024
#: Twice what a page shows, for screens with finer points.
LOGO_SIZE: Final = (480, 200)
PORTRAIT_SIZE: Final = (256, 256)
DIGEST_LENGTH: Final = 64

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
#: Drawings are small without loss; a photograph in a logo is not, and nobody sees what it loses.
_LOSSLESS_UP_TO: Final = 40 * 1024
_QUALITIES: Final = (85, 60, 30)
#: How many times larger a logo may be drawn before its margin goes.
_MARGINS: Final = 4
#: From here up nobody tells a grey from white (of 255).
_WHITE: Final = 240
#: What a broken file makes Pillow raise, according to where it breaks.
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)
#: One at a time in each process: an unfolded picture may take a hundred megabytes.
_unfolding: Final = Lock()


class Shape(StrEnum):
    """What a picture is for, and so how it is cut."""

    LOGO = "logo"
    PORTRAIT = "portrait"


class UnusablePicture(ValueError):
    """The file cannot become a picture of ours."""


class NoPicture(UnusablePicture):
    """It is no PNG, JPEG or WebP, or it is broken."""


class FileTooLarge(UnusablePicture):
    """The file has more bytes than `LARGEST_FILE`."""


class TooManyPoints(UnusablePicture):
    """The picture is wider and higher than `MOST_POINTS` allow."""


class NothingToSee(UnusablePicture):
    """A logo that is all white or clear, such as one for dark grounds: ours is white."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished picture: WebP, with its size in points."""

    data: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """SHA-256 in hex: the picture's key and address."""
        return sha256(self.data).hexdigest()


def drawn(file: bytes, shape: Shape) -> Drawn:
    """A file as a picture of that shape: upright, no larger than it is shown, of an animation the first picture.

    A logo has no margin. Raises FileTooLarge, TooManyPoints, NoPicture, NothingToSee.
    """
    if len(file) > LARGEST_FILE:
        raise FileTooLarge
    with _unfolding:
        try:
            return _drawn(file, shape)
        except UnusablePicture:
            raise
        except Image.DecompressionBombError as error:
            raise TooManyPoints from error
        except _BROKEN as error:
            raise NoPicture from error


def saved(image: Image.Image) -> Drawn:
    """An image as it is, in WebP: without loss when that is small enough, else as good as `LARGEST_PICTURE` allows."""
    data = _webp(image, lossless=True, quality=80)
    if len(data) > _LOSSLESS_UP_TO:
        data = next(small for quality in _QUALITIES if len(small := _webp(image, quality=quality)) <= LARGEST_PICTURE)
    return Drawn(data, image.width, image.height)


def _drawn(file: bytes, shape: Shape) -> Drawn:
    with Image.open(BytesIO(file), formats=_FORMATS) as image:
        if image.width * image.height > MOST_POINTS:
            raise TooManyPoints
        size = LOGO_SIZE if shape is Shape.LOGO else PORTRAIT_SIZE
        # A photograph is unfolded at a fraction of its size; twice ours, on either side, leaves enough to draw from.
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
    """Raises NothingToSee."""
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

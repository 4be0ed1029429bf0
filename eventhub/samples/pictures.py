"""Pictures for the sample data: invented marks instead of organisations' logos, and blank portraits."""

from __future__ import annotations

from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from eventhub.domain.pictures import LOGO_SIZE, PORTRAIT_SIZE, Drawn, saved

#: Dark enough for white text; used in turn, so that no colour is an organisation's own.
_COLOURS: Final = ("#7a3b0e", "#3f4f9e", "#8a2f5b", "#44606f", "#2f6b3a", "#6b4e9b")
_INK: Final = "#14213d"
_WHITE: Final = "#ffffff"
_HEIGHT: Final = 120
_GAP: Final = 22
#: Supersampling, for smooth edges.
_FINE: Final = 4


@cache
def mark(short: str, turn: int) -> Drawn:
    """Return a tile with the first letter, and the name beside it, in the colour of that turn."""
    font = ImageFont.load_default(_HEIGHT // 2)
    room = LOGO_SIZE[0] - _HEIGHT - _GAP
    wide = min(round(font.getlength(short)), room)
    image = Image.new("RGBA", (_HEIGHT + _GAP + wide, _HEIGHT), "#ffffff00")
    tile = Image.new("L", (_HEIGHT * _FINE, _HEIGHT * _FINE), 0)
    ImageDraw.Draw(tile).rounded_rectangle((0, 0, tile.width - 1, tile.height - 1), radius=16 * _FINE, fill=255)
    image.paste(
        Image.new("RGBA", (_HEIGHT, _HEIGHT), _COLOURS[turn % len(_COLOURS)]), mask=tile.resize((_HEIGHT, _HEIGHT))
    )
    draw = ImageDraw.Draw(image)
    draw.text((_HEIGHT / 2, _HEIGHT / 2), short[0], _WHITE, ImageFont.load_default(_HEIGHT * 0.6), anchor="mm")
    draw.text((_HEIGHT + _GAP, _HEIGHT / 2), short, _INK, font, anchor="lm")
    return saved(image)


@cache
def portrait(turn: int) -> Drawn:
    """Return a head and shoulders without a face, in the colour of that turn."""
    side = PORTRAIT_SIZE[0] * _FINE
    colour = _COLOURS[turn % len(_COLOURS)]
    image = Image.blend(Image.new("RGB", (side, side), colour), Image.new("RGB", (side, side), _WHITE), 0.82)
    draw = ImageDraw.Draw(image)
    draw.ellipse((side * 0.12, side * 0.66, side * 0.88, side * 1.5), fill=colour)
    draw.ellipse((side * 0.29, side * 0.15, side * 0.71, side * 0.61), fill=colour)
    return saved(image.resize(PORTRAIT_SIZE, Image.Resampling.LANCZOS))

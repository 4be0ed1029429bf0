"""Colours with enough contrast for text (WCAG 2.2, contrast ratio and relative luminance)."""

from __future__ import annotations

import re
from typing import Final

#: The service's own colour, for hosts without one.
PRIMARY: Final = "#0b5563"
#: The contrast that WCAG 2.2 requires of text (1.4.3, AA).
READABLE: Final = 4.5
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, from 1 (the same) to 21 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def band_colour(colour: str | None) -> str:
    """Return a host's colour, darkened until white text is readable on it; ours when it has none.

    Red, green and blue shrink by the same factor, so that the hue is kept.
    """
    if colour is None or not _HEX.fullmatch(colour):
        return PRIMARY
    parts = _parts(colour)
    for step in range(100):
        darker = "#" + "".join(f"{part * (100 - step) // 100:02x}" for part in parts)
        if contrast("#ffffff", darker) >= READABLE:
            return darker
    return PRIMARY


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if (value := part / 255) <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

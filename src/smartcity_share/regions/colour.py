"""Whether text on a colour can be read: contrast after WCAG 2.2."""

from __future__ import annotations

import re
from typing import Final

LEAST_CONTRAST: Final = 4.5
"""Success criterion 1.4.3, level AA, text of normal size: https://www.w3.org/TR/WCAG22/#contrast-minimum."""

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"

HEX_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


def relative_luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour, 0 for black to 1 for white.

    The formula is https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, with the threshold 0.04045 it gives since 2021.

    Args:
        colour: ``#rrggbb``.

    Raises:
        ValueError: The text is no colour of this form.
    """
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 (the same) to 21 (black on white), whichever of them is the text.

    The formula is https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.

    Args:
        one: ``#rrggbb``.
        other: ``#rrggbb``.

    Raises:
        ValueError: One of them is no colour of this form.
    """
    darker, lighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_variant(colour: str, text: str) -> str:
    """Return the colour, mixed with as little black (or, under dark text, white) as makes the text on it readable.

    Args:
        colour: ``#rrggbb`` of the ground.
        text: ``#ffffff`` or ``#000000``.

    Raises:
        ValueError: One of them is no colour of this form, or the text is neither white nor black.
    """
    if text.lower() not in (WHITE, BLACK):
        raise ValueError(f"text is white or black, not {text}")
    towards = 0 if text.lower() == WHITE else 255
    channels = _channels(colour)
    for percent in range(101):
        mixed = [round(channel + (towards - channel) * percent / 100) for channel in channels]
        candidate = "#{:02x}{:02x}{:02x}".format(*mixed)
        if contrast_ratio(candidate, text) >= LEAST_CONTRAST:
            return candidate
    raise AssertionError("black on white has the contrast 21")


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - constants of the formula


def _channels(colour: str) -> tuple[int, int, int]:
    if HEX_COLOUR.fullmatch(colour) is None:
        raise ValueError(f"not a colour of the form #rrggbb: {colour[:20]!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

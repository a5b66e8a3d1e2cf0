"""The colours of a region as a style sheet: every text on or in them can be read, by day and by night.

A region profile gives two colours, checked with white (or black) text. What else a page needs is computed from them: the
colour of links on light and on dark ground, buttons, hover, tints. The ratio is WCAG 2.2's 4.5 for text, and a little more.
"""

from __future__ import annotations

import colorsys
from typing import Final

from smartcity_share.regions.colour import HEX_COLOUR, contrast_ratio

LIGHT_GROUNDS: Final = ("#ffffff", "#f5f7fa")
"""Card and page of the light scheme in ``smartcity.css``; links are read on them."""

DARK_GROUNDS: Final = ("#18202a", "#10151c")
"""Card and page of the dark scheme."""

_WANTED: Final = 4.8  # above the 4.5 of level AA: screens round
_WHITE: Final = "#ffffff"
_BLACK: Final = "#000000"
_NIGHT: Final = "#10151c"


def mix(colour: str, other: str, share: float) -> str:
    """Return a colour mixed with another.

    Args:
        colour: ``#rrggbb``.
        other: ``#rrggbb``.
        share: How much of the other, 0 to 1.
    """
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def readable_on(colour: str, grounds: tuple[str, ...], *, lighter: bool) -> str:
    """Return the colour, made lighter or darker by as little as makes it readable on every ground.

    The hue stays; only the lightness changes, so a green stays a green.

    Args:
        colour: ``#rrggbb`` of the text.
        grounds: What it is read on.
        lighter: Towards white, for dark grounds; else towards black.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    goal = 1.0 if lighter else 0.0
    for percent in range(101):
        channels = colorsys.hls_to_rgb(hue, lightness + (goal - lightness) * percent / 100, saturation)
        candidate = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
        if all(contrast_ratio(candidate, ground) >= _WANTED for ground in grounds):
            return candidate
    return _WHITE if lighter else _BLACK


def brand_css(primary: str, accent: str) -> str:
    """Return the style sheet with a region's colours.

    Args:
        primary: ``#rrggbb``; the page head and buttons.
        accent: ``#rrggbb``; a decorative line, never the ground or colour of a text.

    Raises:
        ValueError: One of them is no colour of this form.
    """
    for colour in (primary, accent):
        if HEX_COLOUR.fullmatch(colour) is None:
            raise ValueError(f"not a colour of the form #rrggbb: {colour[:20]!r}")
    ground = readable_on(primary, (_WHITE,), lighter=False)
    tint = mix(primary, _WHITE, 0.92)
    night_ground = readable_on(mix(primary, _BLACK, 0.25), (_WHITE,), lighter=False)
    night_tint = mix(primary, DARK_GROUNDS[0], 0.85)
    link = readable_on(primary, (*LIGHT_GROUNDS, tint), lighter=False)
    night_link = readable_on(primary, (*DARK_GROUNDS, night_tint), lighter=True)
    day = {
        "brand": ground,
        "on-brand": _WHITE,
        "brand-hover": mix(ground, _BLACK, 0.2),
        "accent": accent,
        "link": link,
        "tint": tint,
        "button": ground,
        "on-button": _WHITE,
        "button-hover": mix(ground, _BLACK, 0.2),
    }
    night = {
        "brand": night_ground,
        "brand-hover": mix(night_ground, _BLACK, 0.25),
        "link": night_link,
        "tint": night_tint,
        "button": night_link,
        "on-button": _NIGHT,
        "button-hover": mix(night_link, _WHITE, 0.25),
    }
    return f":root{{{_declarations(day)}}}\n@media (prefers-color-scheme:dark){{:root{{{_declarations(night)}}}}}\n"


def _declarations(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())

"""Draws photos for generated complaints: simple scenes, the same for the same draw, with nobody in them."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image, ImageDraw

WIDTH: Final = 960
HEIGHT: Final = 720
_HORIZON: Final = 300

Painter = Callable[[ImageDraw.ImageDraw, Random], None]


def scene(kind: str, draw: Random) -> bytes:
    """Return a JPEG that shows what a complaint is about.

    Args:
        kind: Code of the kind of complaint, one of :data:`KINDS`.
        draw: Where chance comes from.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), _sky(kind, draw))
    brush = ImageDraw.Draw(image)
    _street(brush, draw, night=kind == "street-light")
    _PAINTERS[kind](brush, draw)
    target = io.BytesIO()
    # Soft as a phone takes them, at a fifth of the time of a true blur.
    image.reduce(2).resize(image.size, Image.Resampling.BILINEAR).save(target, "JPEG", quality=80)
    return target.getvalue()


def _sky(kind: str, draw: Random) -> tuple[int, int, int]:
    if kind == "street-light":
        return 22, 26, 44
    if kind in {"drainage", "water"}:
        return 150 + draw.randrange(20), 160 + draw.randrange(20), 172
    return 140 + draw.randrange(40), 190 + draw.randrange(30), 225 + draw.randrange(25)


def _street(brush: ImageDraw.ImageDraw, draw: Random, *, night: bool) -> None:
    left = 0
    while left < WIDTH:
        width = draw.randrange(90, 200)
        shade = draw.randrange(40, 60) if night else draw.randrange(150, 215)
        roof = _HORIZON - draw.randrange(60, 190)
        brush.rectangle((left, roof, left + width, _HORIZON + 40), fill=(shade, shade - 8, shade - 16))
        for window in range(left + 18, left + width - 30, 46):
            lit = night and draw.random() < 0.4  # noqa: PLR2004 - four windows in ten
            brush.rectangle((window, roof + 24, window + 22, roof + 56), fill=(240, 210, 130) if lit else (70, 80, 95))
        left += width
    ground = (44, 44, 48) if night else (112, 112, 116)
    brush.rectangle((0, _HORIZON + 40, WIDTH, HEIGHT), fill=(70, 68, 62) if night else (172, 165, 148))
    brush.polygon([(220, HEIGHT), (430, _HORIZON + 40), (530, _HORIZON + 40), (800, HEIGHT)], fill=ground)


def _pothole(brush: ImageDraw.ImageDraw, draw: Random) -> None:
    for _ in range(draw.randrange(2, 5)):
        x, y = draw.randrange(380, 620), draw.randrange(480, 660)
        width, depth = draw.randrange(60, 130), draw.randrange(18, 40)
        brush.ellipse((x - width, y - depth, x + width, y + depth), fill=(70, 64, 58))
        brush.ellipse((x - width + 14, y - depth + 8, x + width - 14, y + depth - 3), fill=(48, 44, 42))


def _lamp(brush: ImageDraw.ImageDraw, draw: Random) -> None:
    x = draw.randrange(150, 260)
    brush.rectangle((x, 120, x + 12, 520), fill=(90, 92, 98))
    brush.line((x + 6, 124, x + 120, 104), fill=(90, 92, 98), width=10)
    brush.ellipse((x + 104, 92, x + 150, 118), fill=(60, 62, 66))


def _heap(brush: ImageDraw.ImageDraw, draw: Random) -> None:
    for _ in range(90):
        x = 480 + draw.gauss(0, 120)
        y = 600 - abs(draw.gauss(0, 60)) + abs(x - 480) / 5
        size = draw.randrange(12, 34)
        colour = draw.choice([(40, 40, 44), (222, 222, 220), (180, 60, 50), (60, 110, 160), (210, 180, 60), (90, 70, 50)])
        brush.polygon([(x - size, y), (x, y - size), (x + size, y - 4), (x + size / 3, y + size / 2)], fill=colour)


def _flood(brush: ImageDraw.ImageDraw, draw: Random) -> None:
    brush.rectangle((0, 470, WIDTH, HEIGHT), fill=(118, 112, 92))
    for _ in range(60):
        x, y = draw.randrange(WIDTH), draw.randrange(475, HEIGHT)
        brush.line((x, y, x + draw.randrange(30, 120), y), fill=(150, 146, 126), width=2)


def _tree(brush: ImageDraw.ImageDraw, draw: Random) -> None:
    lean = draw.randrange(60, 160)
    brush.line((300, 640, 300 + lean, 240), fill=(94, 66, 42), width=34)
    for _ in range(40):
        x, y = 300 + lean + draw.gauss(0, 90), 230 + draw.gauss(0, 60)
        size = draw.randrange(24, 56)
        brush.ellipse((x - size, y - size, x + size, y + size), fill=(46 + draw.randrange(30), 110 + draw.randrange(40), 52))


def _cars(brush: ImageDraw.ImageDraw, draw: Random) -> None:
    for place in range(3):
        x, y = 120 + place * 260, 520 + place * 30
        colour = draw.choice([(170, 40, 40), (230, 230, 230), (40, 70, 120), (30, 30, 34)])
        brush.rounded_rectangle((x, y, x + 230, y + 80), 20, fill=colour)
        brush.rounded_rectangle((x + 40, y - 50, x + 190, y + 10), 20, fill=(96, 116, 130))
        for wheel in (x + 30, x + 160):
            brush.ellipse((wheel, y + 56, wheel + 46, y + 102), fill=(24, 24, 26))


def _bench(brush: ImageDraw.ImageDraw, draw: Random) -> None:
    x = draw.randrange(300, 480)
    for board in range(3):
        brush.rectangle((x, 560 + board * 22, x + 240, 572 + board * 22), fill=(134, 94, 58))
    brush.line((x + 150, 540, x + 210, 640), fill=(90, 60, 40), width=12)


_PAINTERS: Final[dict[str, Painter]] = {
    "road": _pothole,
    "street-light": _lamp,
    "waste": _heap,
    "drainage": _flood,
    "water": _flood,
    "trees": _tree,
    "parking": _cars,
    "other": _bench,
}

KINDS: Final = frozenset(_PAINTERS)
"""Codes of the kinds that are photographed; a queue at a counter or loud music is not."""

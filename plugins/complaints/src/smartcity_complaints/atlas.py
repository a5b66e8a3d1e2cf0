"""The map as shapes: reports of a region gathered in squares, drawn to scale without any picture from elsewhere. Pure.

Longitudes are drawn shorter by the cosine of the latitude in the middle, so that a square on the ground is one on the map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, cos, floor, radians, sqrt
from typing import Final, NamedTuple

import attrs

from smartcity_complaints.places import PER_DEGREE, Square, square_numbered
from smartcity_complaints.settings import Area

WIDTH: Final = 1000.0
_TALLEST: Final = 1400.0
_MOST_ACROSS: Final = 15
"""Gathered squares along the longer side: each is 24 pixels wide on a phone of 360, which a finger needs (WCAG 2.2, 2.5.8)."""
_SIZES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_STEPS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_SMALLEST_RADIUS: Final = 12.0
_LARGEST_RADIUS: Final = 38.0
_MARGIN: Final = 0.01
_HALF: Final = 0.5 / PER_DEGREE
_MOST_LINES: Final = 6
_LETTER: Final = 12.5
_LINE: Final = 28.0
"""Room of a letter and of a line of names, at the size the style sheet gives them."""
_TRIED: Final = (0, -1, 1, -2, 2, -3, 3)
"""Lines away from the middle of its reports at which a name is tried."""


class Spots(NamedTuple):
    """The reports of one square; thousands are made for a map, so each is a plain tuple.

    Attributes:
        cell: Number of the square.
        district: Code of the district the reports say they are in, or empty.
        shown: How many.
        open: How many of them are being handled.
    """

    cell: int
    district: str
    shown: int
    open: int


@attrs.frozen
class Frame:
    """The part of the earth a map shows, and where its places are on the drawing.

    Attributes:
        area: The rectangle, degrees.
        scale: Units of the drawing to one degree of latitude.
    """

    area: Area
    scale: float

    @classmethod
    def of(cls, area: Area) -> Frame:
        """Return the frame that shows an area as large as fits."""
        squeeze = cos(radians(area.centre[0]))
        scale = min(WIDTH / ((area.east - area.west) * squeeze), _TALLEST / (area.north - area.south))
        return cls(area, scale)

    @property
    def width(self) -> float:
        """Units from west to east."""
        return (self.area.east - self.area.west) * cos(radians(self.area.centre[0])) * self.scale

    @property
    def height(self) -> float:
        """Units from north to south."""
        return (self.area.north - self.area.south) * self.scale

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return where a point is on the drawing: units from the left and from the top."""
        squeeze = cos(radians(self.area.centre[0]))
        across = (longitude - self.area.west) * squeeze * self.scale
        return round(across, 1), round((self.area.north - latitude) * self.scale, 1)


@attrs.frozen
class Cluster:
    """Reports gathered at one place of the map.

    Attributes:
        cell: Number of the lower left square.
        size: How many squares it is wide and high.
        shown: How many reports.
        open: How many of them are being handled.
        district: Code of the district most of them say they are in, or empty.
        x: Units from the left.
        y: Units from the top.
        radius: Units.
    """

    cell: int
    size: int
    shown: int
    open: int
    district: str
    x: float
    y: float
    radius: float


@attrs.frozen
class Line:
    """A line of the grid: degrees, and units from the left or from the top."""

    degrees: float
    at: float


@attrs.frozen
class _Box:
    """What a circle or a name covers, in units of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> _Box:
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def meets(self, other: _Box) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def inside(self, frame: Frame) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= frame.width and self.bottom <= frame.height


def area_of(cells: Iterable[int]) -> Area | None:
    """Return the rectangle around squares, with a margin; None without any."""
    squares = [square_numbered(cell) for cell in cells]
    if not squares:
        return None
    return Area(
        south=max(-90.0, min(square.south for square in squares) - _MARGIN),
        west=max(-180.0, min(square.west for square in squares) - _MARGIN),
        north=min(90.0, max(square.south for square in squares) + 1 / PER_DEGREE + _MARGIN),
        east=min(180.0, max(square.west for square in squares) + 1 / PER_DEGREE + _MARGIN),
    )


def area_of_square(cell: int, size: int = 1) -> Area:
    """Return the rectangle of a square, or of as many as ``size`` to the east and to the north of it."""
    square = square_numbered(cell)
    return Area(
        south=square.south,
        west=square.west,
        north=min(90.0, square.south + size / PER_DEGREE),
        east=min(180.0, square.west + size / PER_DEGREE),
    )


def gathering(area: Area) -> int:
    """Return how many squares wide and high reports are gathered, so that an area is not crowded."""
    across = max(area.north - area.south, area.east - area.west) * PER_DEGREE
    return next((size for size in _SIZES if across / size <= _MOST_ACROSS), _SIZES[-1])


def clusters(spots: Iterable[Spots], frame: Frame, size: int) -> list[Cluster]:
    """Gather reports in squares of ``size``, the largest gatherings first, so that small ones are drawn above them."""
    found: defaultdict[Square, list[Spots]] = defaultdict(list)
    corners: dict[int, Square] = {}
    for spot in spots:
        corner = corners.get(spot.cell)
        if corner is None:
            square = square_numbered(spot.cell)
            corner = corners[spot.cell] = Square(square.row // size * size, square.column // size * size)
        found[corner].append(spot)
    most = max((sum(spot.shown for spot in inside) for inside in found.values()), default=1)
    gathered = []
    for corner, inside in found.items():
        shown, latitude, longitude = _middle(inside)
        x, y = frame.place(latitude, longitude)
        radius = round(_SMALLEST_RADIUS + (_LARGEST_RADIUS - _SMALLEST_RADIUS) * sqrt(shown / most), 1)
        district = max(inside, key=lambda spot: spot.shown).district
        gathered.append(Cluster(corner.cell, size, shown, sum(spot.open for spot in inside), district, x, y, radius))
    return sorted(gathered, key=lambda cluster: (-cluster.shown, cluster.cell))


def labels(
    spots: Iterable[Spots], frame: Frame, gathered: Iterable[Cluster], names: Mapping[str, str]
) -> dict[str, tuple[float, float]]:
    """Return where the name of each district stands: about in the middle of its reports, where there is room for it.

    A name that would lie on a circle or on another name is left out; districts with more reports come first.

    Args:
        spots: The reports.
        frame: The part of the earth.
        gathered: The circles that are drawn.
        names: Names of the districts by code.

    Returns:
        The middle of the line of letters, by code of the district.
    """
    found: defaultdict[str, list[Spots]] = defaultdict(list)
    for spot in spots:
        found[spot.district].append(spot)
    middles = {district: _middle(inside) for district, inside in found.items() if district}
    taken = [_Box.around(circle.x, circle.y, 2 * circle.radius, 2 * circle.radius) for circle in gathered]
    placed: dict[str, tuple[float, float]] = {}
    for district, (_, latitude, longitude) in sorted(middles.items(), key=lambda entry: (-entry[1][0], entry[0])):
        x, y = frame.place(latitude, longitude)
        wide = _LETTER * len(names.get(district, district))
        for step in _TRIED:
            box = _Box.around(x, y + step * _LINE, wide, _LINE)
            if box.inside(frame) and not any(box.meets(other) for other in taken):
                taken.append(box)
                placed[district] = (x, round(y + step * _LINE + _LINE / 4, 1))
                break
    return placed


def grid(frame: Frame) -> tuple[list[Line], list[Line]]:
    """Return the lines of a grid of round degrees: parallels and meridians, about five of each."""
    area = frame.area
    widest = max(area.north - area.south, area.east - area.west)
    step = next((step for step in _STEPS if widest / step <= _MOST_LINES), _STEPS[-1])
    parallels = [Line(degrees, frame.place(degrees, area.west)[1]) for degrees in _rounds(area.south, area.north, step)]
    meridians = [Line(degrees, frame.place(area.south, degrees)[0]) for degrees in _rounds(area.west, area.east, step)]
    return parallels, meridians


def _middle(spots: Sequence[Spots]) -> tuple[int, float, float]:
    """Return how many reports there are, and their mean latitude and longitude."""
    shown = sum(spot.shown for spot in spots)
    squares = [(spot.shown, square_numbered(spot.cell)) for spot in spots]
    south = sum(count * (square.south + _HALF) for count, square in squares) / shown
    west = sum(count * (square.west + _HALF) for count, square in squares) / shown
    return shown, south, west


def _rounds(low: float, high: float, step: float) -> list[float]:
    return [round(count * step, 3) for count in range(ceil(low / step), floor(high / step) + 1)]

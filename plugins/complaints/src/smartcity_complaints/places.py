"""Places on the map: squares that reports are counted in, and how exactly everyone else is told where a report is. Pure.

A square is a hundredth of a degree wide and high, about 1.1 km at the equator. What others are shown of coordinates is rounded
to a thousandth of a degree, about 110 m: enough to find the street, not enough to point at one door.
"""

from __future__ import annotations

from math import asin, cos, floor, radians, sin, sqrt
from typing import Final

import attrs

PER_DEGREE: Final = 100
"""Squares to one degree."""
_COLUMNS: Final = 40_000
"""More than there are squares around the world, so that one number names a square."""
_DECIMALS: Final = 3
_EARTH_METRES: Final = 6_371_000.0


@attrs.frozen(order=True)
class Square:
    """A square by its row from the South Pole and its column from 180° west."""

    row: int
    column: int

    @property
    def cell(self) -> int:
        """The number of the square."""
        return self.row * _COLUMNS + self.column

    @property
    def south(self) -> float:
        """Latitude of the lower edge, degrees."""
        return self.row / PER_DEGREE - 90

    @property
    def west(self) -> float:
        """Longitude of the left edge, degrees."""
        return self.column / PER_DEGREE - 180


def square_of(latitude: float, longitude: float) -> Square:
    """Return the square that holds a point, in degrees."""
    return Square(floor((latitude + 90) * PER_DEGREE), floor((longitude + 180) * PER_DEGREE))


def square_numbered(cell: int) -> Square:
    """Return the square of a number."""
    return Square(*divmod(cell, _COLUMNS))


def cell_of(latitude: float | None, longitude: float | None) -> int | None:
    """Return the number of the square a report lies in; None without coordinates."""
    return None if latitude is None or longitude is None else square_of(latitude, longitude).cell


def rounded(degrees: float) -> float:
    """Return degrees as exactly as everyone may know them: to a thousandth, about 110 m."""
    return round(degrees, _DECIMALS)


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points given as latitude and longitude in degrees, along the surface."""
    (south, west), (north, east) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * _EARTH_METRES * asin(min(1.0, sqrt(half)))

"""Whether two reports are of the same matter: how near, how recent, how alike in words, with the reasons. Pure.

Each of the four is a number between nought and one; the score is their weighted sum out of a hundred. Nothing is decided by it:
a person who reports, or an official, is shown what is alike and why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

import attrs
from rapidfuzz import fuzz

from smartcity_complaints.places import metres_between
from smartcity_complaints.terms import words_of

ALIKE_FROM: Final = 65
"""A score from which two reports are shown as alike."""
SPAN: Final = timedelta(days=30)
"""Further apart in time two reports are not alike."""
REACH_METRES: Final = 500.0
"""Further apart in space two reports are not alike."""
_AT_ONE_PLACE_METRES: Final = 50.0
_AT_ONCE: Final = timedelta(days=3)
_NEAR, _WORDS, _RECENT, _KIND = 0.40, 0.35, 0.10, 0.15
_CHANCE: Final = 0.4
"""What texts without a word in common come to, by their letters alone."""
_LEAST_WORDS_OF_ONE_KIND: Final = 0.2
_LEAST_WORDS_OF_TWO_KINDS: Final = 0.6
_SAME_PLACE: Final = 0.6


@attrs.frozen
class Trace:
    """What of a report is compared.

    Attributes:
        kind: Code of the kind.
        text: Its words.
        place: Address or description of the place, or empty.
        district: Code of the district, or empty.
        point: Latitude and longitude in degrees, or None.
        at: When it was reported.
    """

    kind: str
    text: str
    place: str
    district: str
    point: tuple[float, float] | None
    at: datetime

    @cached_property
    def words(self) -> str:
        """The words of the text that say something."""
        return " ".join(words_of(self.text))

    @cached_property
    def where(self) -> str:
        """Those of the place."""
        return " ".join(words_of(self.place))


@attrs.frozen
class Likeness:
    """How alike two reports are, and why.

    Attributes:
        score: 0 to 100.
        metres: How far apart they are, where both have coordinates.
        same_district: Whether both are in the same district, where both say so.
        same_place: Whether the descriptions of the place are alike.
        apart: How far apart they are in time.
        words: How alike the words are, 0 to 100.
        same_kind: Whether they are of one kind.
    """

    score: int
    metres: float | None
    same_district: bool
    same_place: bool
    apart: timedelta
    words: int
    same_kind: bool

    @property
    def alike(self) -> bool:
        """Whether the two are alike enough to be shown."""
        return self.score >= ALIKE_FROM


def likeness(one: Trace, other: Trace) -> Likeness:
    """Return how alike two reports are; the order of the two makes no difference."""
    metres = None if one.point is None or other.point is None else metres_between(one.point, other.point)
    places = _words_alike(one.where, other.where)
    same_district = bool(one.district) and one.district == other.district
    near = _nearness(metres, places, same_district=same_district, elsewhere=bool(one.district and other.district))
    apart = abs(one.at - other.at)
    recent = _falling(apart / _AT_ONCE, SPAN / _AT_ONCE)
    # The words are compared last, and only where the rest does not speak against it: that is what takes time.
    words = _words_alike(one.words, other.words) if near > 0 and recent > 0 else 0.0
    same_kind = one.kind == other.kind
    counts = words >= (_LEAST_WORDS_OF_ONE_KIND if same_kind else _LEAST_WORDS_OF_TWO_KINDS)
    score = _NEAR * near + _WORDS * words + _RECENT * recent + _KIND * same_kind if counts else 0.0
    return Likeness(
        score=round(100 * score),
        metres=metres,
        same_district=same_district,
        same_place=places >= _SAME_PLACE,
        apart=apart,
        words=round(100 * words),
        same_kind=same_kind,
    )


def _nearness(metres: float | None, places: float, *, same_district: bool, elsewhere: bool) -> float:
    """Return nearness: by coordinates where both have them, else by district and description."""
    if metres is not None:
        return _falling(metres / _AT_ONE_PLACE_METRES, REACH_METRES / _AT_ONE_PLACE_METRES)
    if same_district:
        return 0.5 + 0.5 * places
    return 0.0 if elsewhere else 0.8 * places


def _falling(times: float, end: float) -> float:
    """Return one up to ``times`` = 1, falling evenly to nought at ``end``."""
    return min(1.0, max(0.0, (end - times) / (end - 1)))


def _words_alike(one: str, other: str) -> float:
    """Return how alike two texts are, whatever the order of the words; a short text within a long one is not the same as it."""
    if not one or not other:
        return 0.0
    ratio = (0.6 * fuzz.token_set_ratio(one, other) + 0.4 * fuzz.token_sort_ratio(one, other)) / 100
    return max(0.0, (ratio - _CHANCE) / (1 - _CHANCE))

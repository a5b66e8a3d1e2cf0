"""The kinds of values a parameter has: each reads a text strictly and says as JSON Schema what it reads.

Code and published description come from the same objects, so that they cannot disagree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import attrs

from smartcity_complaints.open311.errors import UnreadableError
from smartcity_complaints.open311.moments import read_moment
from smartcity_share.toolkit.translations import message

Schema = dict[str, Any]
"""A JSON Schema, draft 2020-12."""

_CONTROL: Final = r"\x00-\x1f\x7f-\x9f"
ONE_LINE: Final = rf"^[^{_CONTROL}]*$"
ONE_LINE_WITH_WORDS: Final = rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*$"
LINES_CONTROL: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""The control characters that text of several lines does not need."""

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,10}", re.ASCII)
_LONGEST_NUMBER: Final = 40


class Kind(Protocol):
    """How a value is read and described."""

    def read(self, text: str) -> Any:
        """Return the value of a text that is not empty.

        Raises:
            UnreadableError: It has another form.
        """
        ...

    @property
    def schema(self) -> Schema:
        """What is read, as JSON Schema."""
        ...


@attrs.frozen
class Text:
    """Words.

    Attributes:
        longest: Most characters.
        form: Pattern the whole text must match, ECMA 262.
        wanted: The sentence for a text that does not.
        formats: What JSON Schema calls the form, or empty.
        shortest: Fewest characters.
    """

    longest: int
    form: str = ONE_LINE
    wanted: str = message("Write it on one line, without control characters.")
    formats: str = ""
    shortest: int = 0

    def read(self, text: str) -> str:
        """Return the text as it is."""
        if len(text) > self.longest:
            raise UnreadableError("The text is longer than %(limit)s characters.", limit=self.longest)
        if re.fullmatch(self.form.removeprefix("^").removesuffix("$"), text) is None:
            raise UnreadableError(self.wanted)
        return text

    @property
    def schema(self) -> Schema:
        """A string."""
        found: Schema = {"type": "string", "maxLength": self.longest, "pattern": self.form}
        if self.formats:
            found["format"] = self.formats
        if self.shortest:
            found["minLength"] = self.shortest
        return found


@attrs.frozen
class Choice:
    """One of some words.

    Attributes:
        words: The words.
        closed: Whether another word is a fault of form; else whoever asks looks it up.
    """

    words: tuple[str, ...]
    closed: bool = True

    def read(self, text: str) -> str:
        """Return the word."""
        if self.closed and text not in self.words:
            raise UnreadableError(message("Choose one of: %(choices)s."), choices=", ".join(self.words))
        return text

    @property
    def schema(self) -> Schema:
        """An enumeration."""
        return {"type": "string", "enum": list(self.words)}


@attrs.frozen
class Moment:
    """A moment with its time zone."""

    def read(self, text: str) -> datetime:
        """Return the moment in UTC."""
        return read_moment(text)

    @property
    def schema(self) -> Schema:
        """A date with time."""
        return {"type": "string", "format": "date-time"}


@attrs.frozen
class Whole:
    """A whole number within bounds."""

    least: int
    most: int

    def read(self, text: str) -> int:
        """Return the number."""
        if _WHOLE.fullmatch(text) is None or not self.least <= int(text) <= self.most:
            raise UnreadableError(message("Write a whole number from %(least)s to %(most)s."), least=self.least, most=self.most)
        return int(text)

    @property
    def schema(self) -> Schema:
        """An integer with bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@attrs.frozen
class Number:
    """A decimal number; with bounds or without.

    Attributes:
        least: The lower bound.
        most: The upper bound.
        beyond: The sentence for a number outside.
    """

    least: float | None = None
    most: float | None = None
    beyond: str = message("Write a number from %(least)s to %(most)s.")

    def read(self, text: str) -> float:
        """Return the number."""
        value = float(text) if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value):
            raise UnreadableError(message("Write a number with a decimal point, for example -2.5."))
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            raise UnreadableError(self.beyond, least=self.least, most=self.most)
        return value

    @property
    def schema(self) -> Schema:
        """A number with its bounds."""
        found: Schema = {"type": "number"}
        if self.least is not None:
            found["minimum"] = self.least
        if self.most is not None:
            found["maximum"] = self.most
        return found


@attrs.frozen
class Flag:
    """Yes or no."""

    _words: Mapping[str, bool] = {"true": True, "false": False}

    def read(self, text: str) -> bool:
        """Return whether it says true."""
        found = self._words.get(text.lower())
        if found is None:
            raise UnreadableError(message("Choose one of: %(choices)s."), choices="true, false")
        return found

    @property
    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}

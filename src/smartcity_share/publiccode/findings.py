"""Collecting what a check finds, each with its place and level."""

from __future__ import annotations

from typing import Final

from smartcity_share.documents.sentences import Sentence
from smartcity_share.errors import Fault, Location
from smartcity_share.publiccode.nodes import Place
from smartcity_share.publiccode.result import Result
from smartcity_share.publiccode.rules.rule import Level

MOST: Final = 1000
"""After this many of a level the rest is not told: a hostile file could have a finding for each of its bytes."""


class Findings:
    """What was found so far.

    Args:
        label: The name of the document in messages.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._found: list[tuple[Level, Fault]] = []
        self._counts: dict[Level, int] = {"error": 0, "warning": 0, "notice": 0}

    def add(self, key: str, place: Place, told: Sentence, level: Level = "error") -> None:
        """Keep a finding.

        Args:
            key: Key path in the notation of the standard.
            place: Line and column.
            told: What was found and the mend.
            level: How much it weighs.
        """
        self._counts[level] += 1
        if self._counts[level] <= MOST:
            self._found.append((level, Fault(told.code, told.message, Location(self._label, *place, key), told.mend)))

    @property
    def full(self) -> bool:
        """Whether there are so many errors that the rest need not be looked for."""
        return self._counts["error"] >= MOST

    def result(self) -> Result:
        """Return the findings by level, in the order of the document."""

        def of(wanted: Level) -> tuple[Fault, ...]:
            faults = dict.fromkeys(fault for level, fault in self._found if level == wanted)
            return tuple(sorted(faults, key=lambda fault: (fault.where.line or 0, fault.where.column or 0)))

        return Result(of("error"), of("warning"), of("notice"))

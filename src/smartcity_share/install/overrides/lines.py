"""Merging three versions of a text line by line: what both changed in one place, differently, is a conflict.

The algorithm is that of diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, FSTTCS 2007): lines that are the same
in all three hold the texts together, and between two such stretches at most one side may have changed. The well-kept library
for it is under the GPL, so it is written here on :mod:`difflib`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import attrs


@attrs.frozen
class Chunk:
    """A stretch of the three versions.

    Attributes:
        base: Lines of the common ancestor.
        theirs: Lines of the new version of the app.
        ours: Lines of the region.
        line: 1-based number of its first line in the region's version.
    """

    base: tuple[str, ...]
    theirs: tuple[str, ...]
    ours: tuple[str, ...]
    line: int

    @property
    def conflict(self) -> bool:
        """Whether both sides changed it, and not to the same."""
        return self.base not in {self.theirs, self.ours} and self.theirs != self.ours

    @property
    def place(self) -> str:
        """Where it is in the region's version: ``12`` or ``12-15``."""
        last = self.line + max(len(self.ours), 1) - 1
        return str(self.line) if last == self.line else f"{self.line}-{last}"

    @property
    def merged(self) -> tuple[str, ...]:
        """What it becomes where there is no conflict."""
        return self.theirs if self.ours == self.base else self.ours


def chunks(base: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> Iterator[Chunk]:
    """Yield the stretches of three versions in order; together they are each version, whole.

    Args:
        base: Lines of the common ancestor.
        theirs: Lines of the new version of the app.
        ours: Lines of the region.
    """
    at, in_theirs, in_ours = 0, 0, 0
    for common in _common(base, theirs, ours):
        changed = Chunk(
            tuple(base[at : common.base]),
            tuple(theirs[in_theirs : common.theirs]),
            tuple(ours[in_ours : common.ours]),
            in_ours + 1,
        )
        if changed.base or changed.theirs or changed.ours:
            yield changed
        same = tuple(base[common.base : common.base + common.size])
        if same:
            yield Chunk(same, same, same, common.ours + 1)
        at, in_theirs, in_ours = common.base + common.size, common.theirs + common.size, common.ours + common.size


@attrs.frozen
class _Run:
    """Lines that are the same in all three: where the run begins in each, and its length."""

    base: int
    theirs: int
    ours: int
    size: int


def _common(base: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> Iterator[_Run]:
    """Yield the runs that all three share, and last an empty one at the ends."""
    one = _blocks(base, theirs)
    other = _blocks(base, ours)
    left = right = 0
    while left < len(one) and right < len(other):
        begin = max(one[left].base, other[right].base)
        end = min(one[left].base + one[left].size, other[right].base + other[right].size)
        if begin < end:
            yield _Run(
                begin, one[left].theirs + begin - one[left].base, other[right].theirs + begin - other[right].base, end - begin
            )
        if one[left].base + one[left].size < other[right].base + other[right].size:
            left += 1
        else:
            right += 1
    yield _Run(len(base), len(theirs), len(ours), 0)


def _blocks(base: Sequence[str], other: Sequence[str]) -> list[_Run]:
    found = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return [_Run(block.a, block.b, 0, block.size) for block in found if block.size]

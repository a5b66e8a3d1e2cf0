"""Schedules of jobs: the five fields of cron, checked without running anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    words: Mapping[str, int]


def _numbered(words: str, start: int) -> Mapping[str, int]:
    return MappingProxyType({word: number for number, word in enumerate(words.split(), start)})


_NO_WORDS: Final = _numbered("", 0)
_FIELDS: Final = (
    _Field("minute", 0, 59, _NO_WORDS),
    _Field("hour", 0, 23, _NO_WORDS),
    _Field("day of the month", 1, 31, _NO_WORDS),
    _Field("month", 1, 12, _numbered("jan feb mar apr may jun jul aug sep oct nov dec", 1)),
    _Field("day of the week", 0, 7, _numbered("sun mon tue wed thu fri sat", 0)),
)
_RANGE: Final = re.compile(r"(?:(\*)|([a-z]{3}|\d{1,4})(?:-([a-z]{3}|\d{1,4}))?)(?:/(\d{1,4}))?")
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def fault_of(schedule: str) -> str | None:
    """Return what is wrong with a schedule, as a sentence without its full stop, or None.

    Args:
        schedule: Minute, hour, day of the month, month, day of the week; each ``*``, a number, a range ``a-b``, a step ``/n``,
            or several joined with commas. Months and days of the week may be written ``jan`` and ``mon``.

    Example:
        >>> fault_of("0 3 * * *") is None
        True
        >>> fault_of("0 24 * * *")
        'The hour `24` is not between 0 and 23'
    """
    written = schedule.lower().split()
    if len(written) != len(_FIELDS):
        return f"A schedule has five fields, this one has {len(written)}"
    chosen: list[frozenset[int]] = []
    for field, text in zip(_FIELDS, written, strict=True):
        values, wrong = _values(field, text)
        if wrong is not None:
            return wrong
        chosen.append(values)
    _, _, days, months, _ = chosen
    if written[4] == "*" and all(min(days) > _DAYS[month - 1] for month in months):
        return f"The day {min(days)} is in none of the months chosen: the job would never run"
    return None


def fields_of(schedule: str) -> tuple[frozenset[int], ...]:
    """Return the numbers each field of a schedule without fault stands for: minutes, hours, days, months, days of the week.

    Sunday is 0 among the days of the week, however it is written.

    Args:
        schedule: As for :func:`fault_of`.

    Example:
        >>> [sorted(field)[:2] for field in fields_of("0,30 3 * * sun")]
        [[0, 30], [3], [1, 2], [1, 2], [0]]
    """
    chosen = [_values(field, text)[0] for field, text in zip(_FIELDS, schedule.lower().split(), strict=True)]
    return (*chosen[:4], frozenset(day % 7 for day in chosen[4]))


def _values(field: _Field, text: str) -> tuple[frozenset[int], str | None]:
    """Return the numbers a field stands for, or what is wrong with it."""
    found: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return frozenset(), f"The {field.name} `{part[:20]}` is no number, range or step"
        star, first, last, step = match.groups()
        low, high = (field.low, field.high) if star else (_number(field, first), _number(field, last or first))
        if low is None or high is None:
            return frozenset(), f"The {field.name} `{part[:20]}` is not between {field.low} and {field.high}"
        if low > high:
            return frozenset(), f"The {field.name} `{part[:20]}` runs backwards"
        if step is not None and int(step) == 0:
            return frozenset(), f"The step of the {field.name} `{part[:20]}` is 0"
        if step is not None and last is None and not star:
            high = field.high
        found.update(range(low, high + 1, int(step or 1)))
    return frozenset(found), None


def _number(field: _Field, text: str) -> int | None:
    number = field.words.get(text) if text in field.words else int(text) if text.isdigit() else None
    return number if number is not None and field.low <= number <= field.high else None

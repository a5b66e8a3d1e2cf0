"""Reading the raw values of a document that may have anything in any place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeGuard


def tables(data: Mapping[str, Any], array: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the tables of an array with their index; what is no table is passed over."""
    entries = data.get(array)
    if isinstance(entries, list):
        yield from ((index, entry) for index, entry in enumerate(entries) if isinstance(entry, dict))


def value_at(data: Any, place: Iterable[str | int]) -> Any:
    """Return the value at a place, or None where there is none."""
    for part in place:
        if isinstance(part, str) and isinstance(data, dict):
            data = data.get(part)
        elif isinstance(part, int) and isinstance(data, list) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def strings(value: Any) -> list[str]:
    """Return the texts of a list; of anything else none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def is_day(value: Any) -> TypeGuard[date]:
    """Whether a value is a date without a time of day (a datetime is a date too)."""
    return type(value) is date


def is_indonesian(data: Mapping[str, Any]) -> bool:
    """Whether a profile is of an Indonesian region, which it is unless it names another country."""
    country = data.get("country")
    return not isinstance(country, str) or country.upper() == "ID"

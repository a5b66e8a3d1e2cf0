"""One pydantic error, told as a sentence: what was found, what was wanted, what to do."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin

from smartcity_share.documents.shapes import shown
from smartcity_share.documents.suggest import did_you_mean

LONGEST_LIST: Final = 16
"""Up to this many allowed values are listed; of more, only the near match is named."""

_WANTED: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("text", "Put the value in double quotes."),
    "int": ("a whole number", "Write a number without quotes or fraction."),
    "float": ("a number", "Write a number without quotes."),
    "decimal": ("a number", "Write a number without quotes."),
    "bool": ("true or false", "Write true or false, in small letters and without quotes."),
    "date": ("a date", "Write the date as 2026-01-31, without quotes."),
    "datetime": ("a date and time", "Write it as 2026-01-31T08:00:00+07:00, without quotes."),
    "time": ("a time", "Write it as 08:00:00, without quotes."),
    "dict": ("a table", "Write it as `[table]`, or as `{ key = value }`."),
    "model": ("a table", "Write it as `[table]`, or as `{ key = value }`."),
    "dataclass": ("a table", "Write it as `[table]`, or as `{ key = value }`."),
    "list": ("a list", "Write the values between brackets: `[…]`."),
    "tuple": ("a list", "Write the values between brackets, or one `[[…]]` header for each entry."),
    "set": ("a list", "Write the values between brackets: `[…]`."),
    "frozen": ("a list", "Write the values between brackets: `[…]`."),
}
"""First word of a pydantic error type -> what was wanted, and how to write it."""

_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


class Sentence(NamedTuple):
    """A fault without its place."""

    code: str
    message: str
    mend: str
    found: str | None = None
    wanted: str | None = None


def sentence(error: Mapping[str, Any], annotation: object) -> Sentence:
    """Tell one entry of ``ValidationError.errors()`` that is neither a missing nor an unknown key.

    Args:
        error: The entry.
        annotation: The type of the field at the place of the error, for its allowed values; None where not known.
    """
    kind, found, context = str(error["type"]), error.get("input"), error.get("ctx") or {}
    if kind == "document_fault":
        told = Sentence(context["code"], context["message"], context["mend"], context.get("found"), context.get("wanted"))
    elif kind == "value_error":
        told = Sentence("value-invalid", str(context.get("error", error["msg"])), "Correct the value.")
    elif kind in ("literal_error", "enum"):
        told = not_allowed(found, allowed_values(annotation))
    elif kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        told = _unlike("value-invalid", shown(found), f"{words} {context[name]}", "Correct the number.")
    elif kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        told = _length(kind, found, context)
    else:
        told = _other(kind, found)
    return told


def _other(kind: str, found: object) -> Sentence:
    """Tell a wrong type, or a value that cannot be read as the type wanted."""
    head = kind.split("_", maxsplit=1)[0]
    if head in _WANTED and kind != "string_pattern_mismatch":
        if isinstance(found, bool) or not isinstance(found, _OF_TYPE.get(head, ())):
            return wrong_type(found, [kind])
        wanted, mend = _WANTED[head]
        return _unlike("value-invalid", shown(found), wanted, mend)
    return Sentence(
        "value-invalid", f"{shown(found)} is not a valid value here", "See the reference page for what this key takes."
    )


_OF_TYPE: Final[Mapping[str, tuple[type, ...]]] = {"date": (date, datetime), "datetime": (datetime, date), "int": (int, float)}
"""Where the found value has a related type, the value is wrong and not its type: a date with a time of day, 1.5 for 1."""


def wrong_type(found: object, kinds: list[str]) -> Sentence:
    """Tell that a value has none of the types wanted.

    Args:
        found: The value.
        kinds: The pydantic error types, one per type that was tried.
    """
    wanted = list(dict.fromkeys(_WANTED.get(kind.split("_")[0], ("another value", ""))[0] for kind in kinds))
    mend = _WANTED.get(kinds[0].split("_")[0], ("", ""))[1] if len(wanted) == 1 else "Write one of these."
    return _unlike("value-type", _typed(found), " or ".join(wanted), mend)


def is_type_error(kind: str) -> bool:
    """Whether a pydantic error type says that the type of the value is wrong."""
    return kind.endswith(("_type", "_parsing")) and kind.split("_", maxsplit=1)[0] in _WANTED


def not_allowed(found: object, allowed: list[str]) -> Sentence:
    """Tell that a value is not one of a fixed set."""
    if isinstance(found, str):
        near, message = did_you_mean(found, allowed), f"{shown(found)} is not an allowed value"
    else:
        near, message = "", f"Found {_typed(found)}; wanted text"
    listed = f"Allowed: {', '.join(allowed)}." if 0 < len(allowed) <= LONGEST_LIST else ""
    mend = f"{near} {listed}".strip() or "See the reference page for what is allowed."
    return Sentence("value-not-allowed", message, mend, shown(found), f"one of {', '.join(allowed)}" if allowed else None)


def allowed_values(annotation: object) -> list[str]:
    """Return the values of a ``Literal`` or an enum, also inside ``Annotated`` or a union; empty where it is neither."""
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [str(member.value) for member in annotation]
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    return [value for argument in get_args(annotation) for value in allowed_values(argument)]


def _length(kind: str, found: object, context: Mapping[str, Any]) -> Sentence:
    short = kind.endswith("short")
    limit = context["min_length"] if short else context["max_length"]
    unit = "character" if kind.startswith("string") else "entry"
    units = f"{unit}s" if unit == "character" else "entries"
    count = len(found) if isinstance(found, str | list | dict | tuple) else context.get("actual_length", 0)
    return _unlike(
        "value-too-short" if short else "value-too-long",
        f"{count} {unit if count == 1 else units}",
        f"at {'least' if short else 'most'} {limit}",
        "Add what is missing." if short else "Shorten it.",
    )


def _unlike(code: str, found: str, wanted: str, mend: str) -> Sentence:
    return Sentence(code, f"Found {found}; wanted {wanted}", mend, found, wanted)


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return shown(value)
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, int | float):
        return f"the number {shown(value)}"
    if isinstance(value, date):
        return f"the date {shown(value)}"
    return shown(value)

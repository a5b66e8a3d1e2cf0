"""What is wrong with a submitted form, as sentences beside the controls, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from smartcity_share.toolkit.controls import Control, kind_of
from smartcity_share.toolkit.translations import message

_TEXTS: Final[Mapping[str, str]] = {
    "missing": message("Fill in this entry."),
    "int": message("Enter a whole number."),
    "float": message("Enter a number."),
    "decimal": message("Enter a number."),
    "finite": message("Enter a number."),
    "date": message("Enter a date, for example 2026-01-31."),
    "datetime": message("Enter a date and a time with its zone, for example 2026-01-31T08:00:00+07:00."),
    "time": message("Enter a time, for example 08:00."),
    "url": message("Enter a web address, for example https://example.org."),
    "literal": message("Choose one of the offered values."),
    "enum": message("Choose one of the offered values."),
    "greater_than_equal": message("Enter %(ge)s or more."),
    "greater_than": message("Enter more than %(gt)s."),
    "less_than_equal": message("Enter %(le)s or less."),
    "less_than": message("Enter less than %(lt)s."),
    "string_too_short": message("Write at least %(min_length)s characters."),
    "string_too_long": message("Write at most %(max_length)s characters."),
    "too_short": message("Give at least %(min_length)s entries."),
    "too_long": message("Give at most %(max_length)s entries."),
    "string_pattern_mismatch": message("This does not have the form that is wanted here."),
}
_OTHER: Final = message("This value is not valid here.")
_LINE: Final = message("Line %(line)s: %(fault)s")

Translate = Callable[[str], str]


def errors_of(
    model: type[BaseModel], answers: Mapping[str, Any], translate: Translate = str, *, secrets_set: Collection[str] = ()
) -> dict[str, str]:
    """Validate answers and return what is wrong with each control.

    Args:
        model: The model the form was made from.
        answers: What :func:`smartcity_share.toolkit.forms.answers_of` read.
        translate: A gettext function for the reader's language. Texts of the model's own validators go through it too.
        secrets_set: Keys of the secrets that have a value already and may be left empty.

    Returns:
        Name of a control -> a sentence; the name is empty for a fault of the form as a whole. Nothing where all is well.
    """
    try:
        model.model_validate(dict(answers))
    except ValidationError as error:
        found: dict[str, str] = {}
        for entry in error.errors(include_url=False, include_input=False):
            name, line = _control(model, entry["loc"])
            if entry["type"] == "missing" and name in secrets_set:
                continue
            text = _sentence(entry["type"], entry.get("ctx") or {}, translate)
            if line is not None:
                text = translate(_LINE) % {"line": line + 1, "fault": text}
            found.setdefault(name, text)
        return found
    return {}


def _sentence(kind: str, context: Mapping[str, Any], translate: Translate) -> str:
    if kind == "value_error" and "error" in context:
        return translate(str(context["error"]))
    if kind == "document_fault":
        return translate(str(context["message"]))
    text = _TEXTS.get(kind) or _TEXTS.get(kind.split("_", maxsplit=1)[0], _OTHER)
    try:
        return translate(text) % context
    except KeyError:
        return translate(_OTHER)


def _control(model: type[BaseModel], place: tuple[int | str, ...]) -> tuple[str, int | None]:
    """Return the control a pydantic location belongs to, and the line inside it."""
    owner: type[BaseModel] | None = model
    parts: list[str] = []
    rest = list(place)
    while rest and owner is not None:
        key = str(rest.pop(0))
        if key not in owner.model_fields:
            continue  # a branch of a union, which the path of the form does not have
        parts.append(key)
        kind = kind_of(owner.model_fields[key])
        owner = None
        if kind.control is Control.GROUP:
            owner = kind.model
        elif kind.control is Control.ROWS:
            if rest and isinstance(rest[0], int):
                parts.append(str(rest.pop(0)))
            if rest:
                owner = kind.model
            elif len(parts) > 1:
                parts.append("")
        elif kind.control is Control.LINES:
            line = next((part for part in rest if isinstance(part, int)), None)
            return ".".join(parts), line
    return ".".join(parts).rstrip("."), None

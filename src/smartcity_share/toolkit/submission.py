"""What was submitted with a form, read back into answers as an answers file would give them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from smartcity_share.toolkit.controls import Control, Kind, kind_of

MAX_ROWS: Final = 500
"""Most rows one list of a submitted form may have; what lies beyond is not read."""

_MODELS: Final = frozenset({Control.GROUP, Control.ROWS})
_TEXTUAL: Final = frozenset(Control) - _MODELS - {Control.CHECKBOX, Control.CHECKBOXES, Control.LINES}


class Submitted(Protocol):
    """A submitted form: Starlette's ``FormData`` is one."""

    def getlist(self, key: Any) -> list[Any]:
        """Return every value of a control."""
        ...

    def keys(self) -> Iterable[str]:
        """Return the names of the controls."""
        ...


def answers_of(model: type[BaseModel], form: Submitted) -> dict[str, Any]:
    """Read a submitted form into answers, as an answers file would give them.

    Left out are: secrets nobody typed (they stay as they are), and empty entries whose value then comes from the default. The
    answers are not validated; :func:`errors_of` does that.

    Args:
        model: The model the form was made from.
        form: What was submitted.
    """
    return _read_model(model, form, prefix="")


def _read_model(model: type[BaseModel], form: Submitted, prefix: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for key, info in model.model_fields.items():
        found, value = _read(kind_of(info), info, form, prefix + key)
        if found:
            answers[key] = value
    return answers


def _read(kind: Kind, info: FieldInfo, form: Submitted, name: str) -> tuple[bool, Any]:
    """Return whether the form gives a value, and the value."""
    if kind.control in _TEXTUAL or (kind.control in _MODELS and kind.model is None):
        return _read_text(kind, info, form, name)
    return True, _read_choice(kind, form, name)


def _read_choice(kind: Kind, form: Submitted, name: str) -> Any:
    entries = _entries(form, name)
    match kind.control:
        case Control.CHECKBOX:
            return bool(entries)
        case Control.CHECKBOXES:
            return [kind.from_choice(entry) for entry in entries if entry]
        case Control.LINES:
            lines = [line.strip() for entry in entries for line in entry.splitlines() if line.strip()]
            return lines or (None if kind.nullable else [])
        case Control.GROUP if kind.model is not None:
            if kind.nullable and _is_blank(form, f"{name}."):
                return None
            return _read_model(kind.model, form, f"{name}.")
        case _:  # rows
            return [
                _read_model(kind.model, form, f"{name}.{place}.")
                for place in _places(form, name)
                if kind.model is not None and not form.getlist(f"{name}.{place}.-") and not _is_blank(form, f"{name}.{place}.")
            ]


def _read_text(kind: Kind, info: FieldInfo, form: Submitted, name: str) -> tuple[bool, Any]:
    entries = _entries(form, name)
    text = (entries[0] if entries else "").replace("\r\n", "\n").strip()
    if text:
        return True, kind.read(text)
    if kind.nullable and kind.control is not Control.SECRET:
        return True, None
    may_be_empty = kind.plain_text and not info.is_required()
    return may_be_empty and bool(entries), ""


def _entries(form: Submitted, name: str) -> list[str]:
    """Return the texts of a control; an uploaded file is none."""
    return [str(entry) for entry in form.getlist(name) if isinstance(entry, str)]


def _places(form: Submitted, name: str) -> Sequence[int]:
    """Return the numbers of the rows a form has, in their order."""
    found = set()
    for key in form.keys():  # noqa: SIM118 - a FormData, not a dict
        if key.startswith(f"{name}."):
            number = key[len(name) + 1 :].partition(".")[0]
            if number.isascii() and number.isdigit() and len(number) <= len(str(MAX_ROWS)):
                found.add(int(number))
    return sorted(found)[:MAX_ROWS]


def _is_blank(form: Submitted, prefix: str) -> bool:
    """Whether nothing was entered in a group: a row that was never used."""
    names = [key for key in form.keys() if key.startswith(prefix)]  # noqa: SIM118 - a FormData, not a dict
    return not any(str(entry).strip() for name in names for entry in form.getlist(name))

"""Which control asks for a value of a type."""

from __future__ import annotations

import enum
import json
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import attrs
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from smartcity_share.hooks.settings import is_secret

_LISTS: Final = (list, tuple, set, frozenset, Sequence)
_LONG: Final = 200
"""A text that may be longer than this is asked in a box of several lines."""


class Control(StrEnum):
    """A control of a form."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    EMAIL = "email"
    NUMBER = "number"
    DATE = "date"
    CHECKBOX = "checkbox"
    SELECT = "select"
    CHECKBOXES = "checkboxes"
    LINES = "lines"
    SECRET = "secret"  # noqa: S105 - the name of a control
    GROUP = "group"
    ROWS = "rows"
    JSON = "json"


_TAKES: Final[Mapping[Control, frozenset[str]]] = {
    Control.NUMBER: frozenset({"min", "max"}),
    Control.TEXT: frozenset({"maxlength"}),
    Control.LONG_TEXT: frozenset({"maxlength"}),
    Control.EMAIL: frozenset({"maxlength"}),
}


@attrs.frozen
class Kind:
    """What a type is asked with.

    Attributes:
        control: The control.
        nullable: Whether an empty entry means None.
        plain_text: Whether an empty text is a value.
        members: Choice as text -> the value it stands for.
        model: The model of a group or of each row.
        attributes: HTML attributes the type itself asks for.
        number: What makes a number of a text; raises ValueError where it is none.
    """

    control: Control
    nullable: bool = False
    plain_text: bool = False
    members: Mapping[str, Any] = attrs.field(factory=dict)
    model: type[BaseModel] | None = None
    attributes: Mapping[str, str] = attrs.field(factory=dict)
    number: Callable[[str], Any] = float

    @property
    def choices(self) -> tuple[str, ...]:
        """The choices as texts."""
        return tuple(self.members)

    @property
    def takes(self) -> frozenset[str]:
        """The HTML attributes that limits of the model may become."""
        return _TAKES.get(self.control, frozenset())

    def as_choice(self, value: Any) -> str:
        """Return the text a value is chosen by; empty for None."""
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None else str(getattr(value, "value", value))

    def from_choice(self, choice: str) -> Any:
        """Return the value a choice stands for; an unknown choice as it is, so that the model refuses it."""
        return self.members.get(choice, choice)

    def read(self, text: str) -> Any:
        """Return the value of a text that is not empty; what cannot be read stays text, so that the model says why."""
        match self.control:
            case Control.SELECT:
                return self.from_choice(text)
            case Control.NUMBER:
                try:
                    return self.number(text)
                except ValueError:
                    return text
            case Control.JSON:
                try:
                    return json.loads(text)
                except (ValueError, RecursionError):
                    return text
            case _:
                return text


def kind_of(info: FieldInfo) -> Kind:
    """Return what a field of a model is asked with.

    Args:
        info: The field, as pydantic describes it.
    """
    if is_secret(info):
        return Kind(Control.SECRET, nullable=_nullable(info.annotation))
    kind = _kind(info.annotation)
    if kind.control is Control.TEXT and kind.plain_text:
        longest = next((entry.max_length for entry in info.metadata if getattr(entry, "max_length", None)), None)
        if longest is not None and longest > _LONG:
            kind = attrs.evolve(kind, control=Control.LONG_TEXT)
        elif any("e-mail" in str(getattr(entry, "wanted", "")) for entry in info.metadata):  # documents.shapes.EmailAddress
            kind = attrs.evolve(kind, control=Control.EMAIL)
    return kind


def _kind(annotation: Any) -> Kind:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        rest = [argument for argument in get_args(annotation) if argument is not type(None)]
        inner = _kind(rest[0]) if len(rest) == 1 else Kind(Control.TEXT)
        if inner.control is Control.CHECKBOX:
            inner = Kind(Control.SELECT, members={"true": True, "false": False})
        return attrs.evolve(inner, nullable=_nullable(annotation))
    if origin is Literal:
        return Kind(Control.SELECT, members={str(getattr(v, "value", v)): v for v in get_args(annotation)})
    if origin in _LISTS or annotation in _LISTS:
        return _list_kind(annotation)
    return _single_kind(annotation)


def _single_kind(annotation: Any) -> Kind:
    if not isinstance(annotation, type):
        return Kind(Control.JSON if get_origin(annotation) in (dict, Mapping) else Control.TEXT)
    if issubclass(annotation, enum.Enum):
        return Kind(Control.SELECT, members={str(member.value): member.value for member in annotation})
    if issubclass(annotation, BaseModel):
        return Kind(Control.GROUP, model=annotation)
    if annotation.__name__ == "EmailStr":
        return Kind(Control.EMAIL)
    table: Sequence[tuple[type, Kind]] = (
        (bool, Kind(Control.CHECKBOX)),
        (int, Kind(Control.NUMBER, attributes={"step": "1", "inputmode": "numeric"}, number=int)),
        (float, Kind(Control.NUMBER, attributes={"step": "any", "inputmode": "decimal"})),
        (Decimal, Kind(Control.NUMBER, attributes={"step": "any", "inputmode": "decimal"}, number=str)),
        (datetime, Kind(Control.TEXT)),
        (date, Kind(Control.DATE)),
        (str, Kind(Control.TEXT, plain_text=True)),
        (dict, Kind(Control.JSON)),
    )
    return next((kind for known, kind in table if issubclass(annotation, known)), Kind(Control.TEXT))


def _list_kind(annotation: Any) -> Kind:
    arguments = [argument for argument in get_args(annotation) if argument is not Ellipsis]
    if len(arguments) != 1:
        return Kind(Control.JSON)
    entry = _kind(arguments[0])
    match entry.control:
        case Control.SELECT:
            return Kind(Control.CHECKBOXES, members=entry.members)
        case Control.GROUP:
            return Kind(Control.ROWS, model=entry.model)
        case Control.TEXT | Control.EMAIL | Control.NUMBER | Control.DATE if not entry.nullable:
            return Kind(Control.LINES)
        case _:
            return Kind(Control.JSON)


def _nullable(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation)

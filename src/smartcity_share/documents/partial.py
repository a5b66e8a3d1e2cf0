"""What can be read of a document that has faults, so that it can be compared with what is around it all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from smartcity_share.documents.model import model_in

M = TypeVar("M", bound=BaseModel)

_ABSENT: Final = object()


def readable_part(model: type[M], data: Mapping[str, Any]) -> M:
    """Return a model with every value that is right, and without the others.

    Args:
        model: The model of a document or of a table in it.
        data: What the document says there.

    Returns:
        A model in which a key with a fault has its default. One that must be given is not there at all: reading it is an
        ``AttributeError``.
    """
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        value = _value(field, data[key]) if key in data else _ABSENT
        if value is not _ABSENT:
            values[name] = value
    return model.model_construct(**values)


def _value(field: FieldInfo, raw: object) -> object:
    try:
        kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        return TypeAdapter(kind).validate_python(raw)
    except ValidationError:
        pass
    table = model_in(field.annotation)
    if table is not None and isinstance(raw, dict):
        return readable_part(table, raw)
    if get_origin(field.annotation) is not tuple or not isinstance(raw, list):
        return _ABSENT
    kind = get_args(field.annotation)[0]
    table = model_in(kind)
    if table is not None:
        return tuple(readable_part(table, entry) for entry in raw if isinstance(entry, dict))
    return tuple(entry for entry in raw if _is(kind, entry))


def _is(kind: Any, raw: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(raw)
    except ValidationError:
        return False
    return True

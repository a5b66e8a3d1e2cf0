"""Settings as a form: from a pydantic model to the controls of a page, and from what was submitted back to answers.

Pure: values in, values out. The console draws the fields with ``smartcity/forms.html``; the wizard reads the same titles and
helps. A type that no control is made for is asked as text, and the model decides whether the text is valid.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

import attrs
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from smartcity_share.hooks.settings import declared
from smartcity_share.toolkit.controls import Control, Kind, kind_of
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.submission import Submitted, answers_of

__all__ = ["FormField", "Secrecy", "Submitted", "answers_of", "fields_of", "help_of", "title_of"]

SPARE_ROWS: Final = 2
"""Empty rows after the filled ones: without a script they are how a row is added."""


class Secrecy(StrEnum):
    """Whether an entry is a secret, and if so whether it has a value; the value itself is never shown."""

    PUBLIC = "public"
    SET = "set"
    NOT_SET = "not-set"


@attrs.frozen
class FormField:
    """One control of a form, or a group of them.

    Attributes:
        name: Name of the control, with the path to it: ``deadlines.0.days``. Its id in the page is ``f-<name>``.
        title: The label.
        help: A sentence that tells what the value does, or empty.
        control: Which control it is.
        value: What it shows: a text, whether it is ticked, or the ticked choices.
        required: Whether it must be filled.
        options: Choices as pairs of value and text.
        attributes: Further HTML attributes: ``min``, ``max``, ``step``, ``maxlength``, ``placeholder``.
        error: What is wrong with it, or empty.
        secret: Whether it is a secret and has a value.
        scope: ``region`` where the value is shared by the apps of the region.
        fields: The controls of a group.
        rows: The rows of a list of groups, spare ones last.
        filled: How many of the rows hold values.
    """

    name: str
    title: str
    control: Control
    help: str = ""
    value: str | bool | tuple[str, ...] = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    attributes: Mapping[str, str] = attrs.field(factory=dict)
    error: str = ""
    secret: Secrecy = Secrecy.PUBLIC
    scope: str = "installation"
    fields: tuple[FormField, ...] = ()
    rows: tuple[tuple[FormField, ...], ...] = ()
    filled: int = 0


def fields_of(
    model: type[BaseModel],
    values: Mapping[str, Any],
    language: str,
    *,
    errors: Mapping[str, str] | None = None,
    secrets_set: Collection[str] = (),
) -> tuple[FormField, ...]:
    """Return the controls that ask for the values of a model.

    Args:
        model: The model, usually a subclass of :class:`smartcity_share.Settings`.
        values: What is stored or was submitted, by key, as in an answers file; a key without a value shows its default.
        language: Language of titles and helps.
        errors: Name of a control -> what is wrong with it, from :func:`errors_of`.
        secrets_set: Keys of the secrets that have a value.

    Returns:
        One field per key, in the order of the model.
    """
    return tuple(
        _field(key, info, values, _Asking(language, errors or {}, frozenset(secrets_set)), prefix="")
        for key, info in model.model_fields.items()
    )


def title_of(key: str, info: FieldInfo, language: str) -> str:
    """Return the label of a setting: the one given per language, pydantic's, or the key as words."""
    return text_in(declared(info)["title"], language) or info.title or _as_words(key)


def help_of(info: FieldInfo, language: str) -> str:
    """Return the sentence that tells what a setting does, or an empty text."""
    return text_in(declared(info)["help"], language) or info.description or ""


@attrs.frozen
class _Asking:
    language: str
    errors: Mapping[str, str]
    secrets_set: frozenset[str]
    blank: bool = False  # a spare row: nothing is required, no default is filled in


def _field(key: str, info: FieldInfo, values: Mapping[str, Any], asking: _Asking, prefix: str) -> FormField:
    kind = kind_of(info)
    name = prefix + key
    fallback = None if asking.blank or info.is_required() else info.get_default(call_default_factory=True)
    value = values.get(key, fallback)
    common = FormField(
        name=name,
        title=title_of(key, info, asking.language),
        control=kind.control,
        help=help_of(info, asking.language),
        required=info.is_required() and not asking.blank,
        error=asking.errors.get(name, ""),
        scope=declared(info)["scope"],
        attributes=_attributes(info, kind),
    )
    changes: dict[str, Any]
    match kind.control:
        case Control.SECRET:
            is_set = name in asking.secrets_set
            changes = {"secret": Secrecy.SET if is_set else Secrecy.NOT_SET, "required": common.required and not is_set}
        case Control.CHECKBOX:
            changes = {"value": value is True, "required": False}
        case Control.SELECT:
            options = _options(kind, info, asking.language, empty=kind.nullable or value is None)
            changes = {"value": kind.as_choice(value), "options": options}
        case Control.CHECKBOXES:
            ticked = tuple(kind.as_choice(entry) for entry in value or ())
            changes = {"value": ticked, "options": _options(kind, info, asking.language), "required": False}
        case Control.LINES:
            changes = {"value": "\n".join(str(entry) for entry in value or ())}
        case Control.GROUP if kind.model is not None:
            within = attrs.evolve(asking, blank=asking.blank or (kind.nullable and value is None))
            inner = _mapping(value)
            fields = tuple(_field(k, i, inner, within, f"{name}.") for k, i in kind.model.model_fields.items())
            changes = {"fields": fields}
        case Control.ROWS if kind.model is not None:
            filled = [_mapping(entry) for entry in value or ()]
            changes = {"rows": _rows(name, kind.model, filled, asking), "filled": len(filled), "required": False}
        case _:
            changes = {"value": _as_text(value)}
    return attrs.evolve(common, **changes)


def _rows(
    name: str, model: type[BaseModel], filled: list[Mapping[str, Any]], asking: _Asking
) -> tuple[tuple[FormField, ...], ...]:
    spare = attrs.evolve(asking, blank=True)
    entries: list[tuple[Mapping[str, Any], _Asking]] = [*((entry, asking) for entry in filled), *[({}, spare)] * SPARE_ROWS]
    return tuple(
        tuple(_field(key, info, entry, asked, f"{name}.{place}.") for key, info in model.model_fields.items())
        for place, (entry, asked) in enumerate(entries)
    )


def _options(kind: Kind, info: FieldInfo, language: str, *, empty: bool = False) -> tuple[tuple[str, str], ...]:
    texts = declared(info)["options"]
    choices = tuple((choice, text_in(texts.get(choice, {}), language) or _as_words(choice)) for choice in kind.choices)
    return (("", ""), *choices) if empty else choices


def _attributes(info: FieldInfo, kind: Kind) -> dict[str, str]:
    found: dict[str, str] = dict(kind.attributes)
    for name, attribute in (("ge", "min"), ("le", "max"), ("max_length", "maxlength")):
        limit = next((getattr(entry, name) for entry in info.metadata if getattr(entry, name, None) is not None), None)
        if limit is not None and attribute in kind.takes:
            found[attribute] = str(limit)
    if info.examples and kind.control in {Control.TEXT, Control.NUMBER, Control.EMAIL, Control.LONG_TEXT}:
        found["placeholder"] = _as_text(info.examples[0])
    return found


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    return value if isinstance(value, Mapping) else {}


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return str(getattr(value, "value", value))
        case date():
            return value.isoformat()
        case bool() | dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case set() | frozenset():
            return json.dumps(sorted(value, key=str), ensure_ascii=False, default=str)
        case _:
            return str(value)


def _as_words(key: str) -> str:
    words = key.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]

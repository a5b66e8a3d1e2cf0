"""Settings of an app: one pydantic model in code, the one source for every place that asks for or shows a value.

From the model come the wizard, the console form, the validation of an answers file, the JSON Schema and the reference page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

Scope = Literal["installation", "region"]
"""``installation``: this app in this region. ``region``: shared by every app of the region that declares the same key."""

_EXTRA_KEY: Final = "x-smartcity"


class Settings(BaseModel):
    """Base class of the settings of an app.

    Subclass it and give each field with :func:`setting`. Values are immutable, unknown keys are faults, and defaults are
    validated like any other value. A secret is typed :class:`pydantic.SecretStr`; it is stored apart and by reference.

    Example:
        >>> class Mine(Settings):
        ...     public_list: bool = setting(True, title={"id": "Daftar terbuka", "en": "Public list"})
        >>> Mine().public_list
        True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def setting(
    default: Any = ...,
    *,
    title: Mapping[str, str],
    help: Mapping[str, str] | None = None,  # noqa: A002 - the word authors look for; nothing here calls the builtin
    example: Any = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    scope: Scope = "installation",
    since: str | None = None,
    renamed_from: str | None = None,
    **constraints: Any,
) -> Any:
    """Declare one setting of an app.

    Args:
        default: The value used when nobody set one; leave it out to make the setting required.
        title: The label per language (BCP 47), for example ``{"id": "Nama layanan", "en": "Service name"}``.
        help: A sentence per language that tells the official what the value does.
        example: A valid value, shown in the form and in the reference page, and checked by conformance.
        options: What each value of a ``Literal`` or an enum is called, per language: ``{"mail": {"id": "Surel"}}``. A value
            that is left out is shown as it is written.
        scope: Whether the value belongs to this app alone or to the region.
        since: The version of the app that first had the setting.
        renamed_from: The key it had before; an old value is carried over.
        **constraints: What :func:`pydantic.Field` takes: ``ge``, ``le``, ``min_length``, ``max_length``, ``pattern`` …

    Returns:
        The pydantic field.
    """
    extra: JsonDict = {
        _EXTRA_KEY: {
            "title": dict(title),
            "help": dict(help or {}),
            "options": {str(value): dict(texts) for value, texts in (options or {}).items()},
            "scope": scope,
            "since": since,
            "renamed_from": renamed_from,
        }
    }
    return Field(
        default,
        title=title.get("en") or next(iter(title.values())),
        examples=None if example is None else [example],
        json_schema_extra=extra,
        **constraints,
    )


def declared(field: FieldInfo) -> Mapping[str, Any]:
    """Return what :func:`setting` recorded of a field: title, help, options, scope, since, renamed_from."""
    extra = field.json_schema_extra
    found = extra.get(_EXTRA_KEY) if isinstance(extra, dict) else None
    return (
        found
        if isinstance(found, dict)
        else {"title": {}, "help": {}, "options": {}, "scope": "installation", "since": None, "renamed_from": None}
    )


def is_secret(field: FieldInfo) -> bool:
    """Whether the field is stored apart, by reference, and never printed."""
    annotation = field.annotation
    return annotation is SecretStr or SecretStr in getattr(annotation, "__args__", ())

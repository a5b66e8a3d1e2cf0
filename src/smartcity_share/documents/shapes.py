"""Types for fields of documents whose faults are told in plain sentences."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import attrs
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, StrictBool, StrictInt
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_LONGEST: Final = 2000


@attrs.frozen
class Shape:
    """The shape of a text: put it in ``Annotated[str, Shape(...)]``.

    A text of another shape is the fault ``value-invalid`` with ``wanted`` in its message and ``mend`` beside it.

    Attributes:
        pattern: Regular expression that the whole text matches; it is also exported in the JSON Schema.
        wanted: What the text must be, to follow the word "wanted".
        mend: What to do, if the message does not say it already.
        longest: Most characters.
    """

    pattern: str
    wanted: str
    mend: str = ""
    longest: int = _LONGEST

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Add the check after the one for text."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Export the pattern and the length."""
        exported = handler(schema)
        shape = {"pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}
        return {"allOf": [exported, shape]} if "pattern" in exported else {**exported, **shape}

    def _check(self, value: str) -> str:
        if len(value) > self.longest:
            count, most = f"{len(value)} characters", f"at most {self.longest}"
            raise fault("value-too-long", f"{count}; wanted {most}", "Shorten it.", found=count, wanted=most)
        if re.fullmatch(self.pattern, value) is None:
            message = f"{shown(value)} is not {self.wanted}"
            raise fault("value-invalid", message, self.mend, found=shown(value), wanted=self.wanted)
        return value


def fault(
    code: str, message: str, mend: str = "", *, found: str | None = None, wanted: str | None = None
) -> PydanticCustomError:
    """Return the exception a validator raises to report a fault with a code and a mend of its own.

    Args:
        code: Stable code in kebab case.
        message: What was found and what was wanted.
        mend: What to do about it.
        found: What stands there, in a few words.
        wanted: What may stand there, in a few words.
    """
    # The text travels as a value, never as a template: braces in it are the author's.
    context = {"code": code, "message": message, "mend": mend, "found": found, "wanted": wanted}
    return PydanticCustomError("document_fault", "{message}", context)


def shown(value: object) -> str:
    """Return a value the way messages show it: short, in TOML notation."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        clean = "".join(character if character.isprintable() else "�" for character in value[:61])
        return f'"{clean}"' if len(value) <= 60 else f'"{clean[:57]}…"'  # noqa: PLR2004 - a line of a message
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return str(value)[:60]


# Control characters could drive a reader's terminal, and direction marks can make a name read as another.
_UNSEEN: Final = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"

Text = Annotated[
    str,
    Shape(
        rf"(?=[\s\S]*\S)[^{_UNSEEN}]*",
        "text: it is blank or has control characters in it",
        "Write the text, or remove the key.",
    ),
]
"""Text that is not blank, at most 2000 characters."""

Line = Annotated[
    str,
    Shape(
        rf"(?=.*\S)[^\t\n{_UNSEEN}]*",
        "one line of text: it is blank, or has line breaks or control characters in it",
        "Write one line that is not blank.",
        longest=300,
    ),
]
"""One line that is not blank, at most 300 characters."""

Identifier = Annotated[
    str,
    Shape(
        r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*",
        "an id: small letters, digits and single hyphens, beginning with a letter",
        "Write for example `public-works`.",
        longest=60,
    ),
]
"""An id in a document: ``public-works``."""

LanguageCode = Annotated[
    str,
    Shape(
        r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?",
        "a BCP 47 language code",
        "Write for example `id`, `en` or `jv`.",
        longest=12,
    ),
]
"""A BCP 47 code of a language, with script and country where needed: ``id``, ``en``, ``zh-Hant``."""

EmailAddress = Annotated[
    str,
    Shape(
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+",
        "an e-mail address",
        "Write for example `kontak@example.go.id`.",
        longest=254,
    ),
]
"""An e-mail address as browsers accept it."""

WebAddress = Annotated[
    str,
    Shape(
        r"https?://[^\s/?#]+(?:[/?#]\S*)?", "a web address", "Write the whole address, with https:// before it.", longest=500
    ),
]
"""An http or https address."""

Whole = StrictInt
"""A whole number; text with digits in it is a fault."""

Flag = StrictBool
"""True or false; text and numbers are faults."""

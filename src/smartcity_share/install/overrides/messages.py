"""Message catalogues as plain values: every message with its translation, and back."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

_CONTEXT: Final = "\x04"
"""Separates the context from the message, as gettext does in compiled catalogues."""
_HEADER: Final = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Messages = dict[str, str | tuple[str, ...]]
"""Message, with its context before it, -> translation; several where the message counts something."""


def read_messages(content: bytes) -> Messages:
    """Return the messages of a ``.po`` file that are translated.

    Args:
        content: The file.

    Raises:
        babel.messages.pofile.PoFileError: It is no ``.po`` file.
        UnicodeDecodeError: It is not in the encoding it says.
    """
    return {key: text for key, text in _entries(content).items() if text and (isinstance(text, str) or all(text))}


def message_keys(content: bytes) -> frozenset[str]:
    """Return every message of a ``.po`` file, translated or not."""
    return frozenset(_entries(content))


def write_messages(messages: Mapping[str, str | tuple[str, ...]], language: str) -> bytes:
    """Return messages as a ``.po`` file, sorted, without dates.

    Args:
        messages: What :func:`read_messages` returned.
        language: The language; its plural forms go into the header.
    """
    from babel.core import UnknownLocaleError
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    try:
        catalogue = Catalog(locale=language.replace("-", "_"), charset="utf-8", fuzzy=False)
    except UnknownLocaleError:
        catalogue = Catalog(charset="utf-8", fuzzy=False)
    for key in sorted(messages):
        context, separator, text = key.partition(_CONTEXT)
        message = text if separator else key
        translation = messages[key]
        plural = isinstance(translation, tuple)
        ids = tuple(message.split("\0")) if plural else message
        catalogue.add(ids, translation, context=context if separator else None)
    body = BytesIO()
    write_po(body, catalogue, omit_header=True, sort_output=True, width=120)
    header = _HEADER.format(language=language, plurals=catalogue.plural_forms)
    return header.encode() + body.getvalue()


def shown_key(key: str) -> str:
    """Return a message as a person writes it: without its plural, its context before a bar."""
    context, separator, text = key.partition(_CONTEXT)
    first = (text if separator else key).partition("\0")[0]
    return f"{context}|{first}" if separator else first


def _entries(content: bytes) -> Messages:
    from babel.messages.pofile import read_po

    found: Messages = {}
    for entry in read_po(BytesIO(content), abort_invalid=True):
        if not entry.id:
            continue
        text = "\0".join(entry.id) if isinstance(entry.id, list | tuple) else entry.id
        key = f"{entry.context}{_CONTEXT}{text}" if entry.context else text
        found[key] = tuple(entry.string) if isinstance(entry.string, list | tuple) else entry.string or ""
    return found

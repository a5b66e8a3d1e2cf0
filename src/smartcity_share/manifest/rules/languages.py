"""Rule: the texts of a manifest are given in every language it calls complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from smartcity_share.documents.toml import Key, TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.rules.raw import table, texts

_TEXTS: Final = frozenset({"title", "summary", "question", "alt"})
"""Keys whose tables hold a text per language that people meet in menus, lists and questions."""


def texts_are_complete(document: TomlDocument) -> Iterator[Fault]:
    """Titles, summaries, questions and alternative texts exist in every language of ``localisation.complete``."""
    languages = list(dict.fromkeys(texts(table(document, "localisation").get("complete"))))
    for key, given in _texts(document.data, ()):
        lacking = [language for language in languages if language not in given]
        if lacking and given:
            yield Fault(
                "language-missing",
                f"The text is not given in {', '.join(lacking)}, which `localisation.complete` lists",
                document.locate(key),
                f"Add {', '.join(f'`{language} = …`' for language in lacking)}, or move the language to `partial`.",
            )


_DEEPEST: Final = 8
"""No text of the manifest lies deeper; what does is unknown, and the model tells it."""


def _texts(node: Any, at: Key) -> Iterator[tuple[Key, dict[str, Any]]]:
    if len(at) > _DEEPEST:
        return
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "x":
                continue
            if name in _TEXTS and isinstance(value, dict) and at:
                yield (*at, name), value
            else:
                yield from _texts(value, (*at, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _texts(value, (*at, index))

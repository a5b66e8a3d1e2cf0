"""A sentence that an app says in English and that a reader may want in another language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class Sentence(str):
    """A finished English sentence that remembers which message of the app's catalogue it was made of.

    It is a text like any other: what knows nothing of catalogues, such as the command line, prints the English.

    Args:
        message: The message id, English, with named places such as ``%(count)s``.
        values: What goes into the places; a value that is itself a sentence is translated too.

    Example:
        >>> Sentence("%(count)s notices wait.", count=3)
        '3 notices wait.'
    """

    __slots__ = ("message", "values")

    message: str
    values: dict[str, object]

    def __new__(cls, message: str, **values: object) -> Self:
        """Make the English sentence."""
        made = super().__new__(cls, message % values if values else message)
        made.message = message
        made.values = values
        return made

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in another language.

        Args:
            translate: Gives the translation of a message id, or the message id itself where there is none.
        """
        said = translate(self.message)
        values = {name: value.said(translate) if isinstance(value, Sentence) else value for name, value in self.values.items()}
        try:
            return said % values if values else said
        except (KeyError, TypeError, ValueError):  # the translation names other places: better English than no page
            return str(self)

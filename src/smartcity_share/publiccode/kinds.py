"""What a field of publiccode.yml may hold."""

from __future__ import annotations

import attrs

from smartcity_share.publiccode.rules.rule import Rule


@attrs.frozen
class Text:
    """A single value. Numbers, dates and true or false are taken as the text they are written with.

    Attributes:
        rules: What else is wanted of it; an empty text is judged too.
        strict: Whether it must be text by its type, so that a number needs quotes.
        empty: Whether an empty text is taken for none, and not judged.
    """

    rules: tuple[Rule, ...] = ()
    strict: bool = False
    empty: bool = False


@attrs.frozen
class Flag:
    """``true`` or ``false``, without quotes."""


@attrs.frozen
class Items:
    """A list.

    Attributes:
        item: What each entry is.
        least: How many entries it has at least.
        alone: Whether a single value stands for a list of one.
    """

    item: Kind
    least: int = 0
    alone: bool = False


@attrs.frozen
class Table:
    """A mapping with these keys and no other."""

    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Return the field of a key; None where there is none."""
        return next((field for field in self.fields if field.name == name), None)


@attrs.frozen
class PerLanguage:
    """A mapping from language tags to tables, of one language at least."""

    table: Table


Kind = Text | Flag | Items | Table | PerLanguage


@attrs.frozen
class Field:
    """One key.

    Attributes:
        name: The key.
        kind: What it holds.
        required: Whether it must be there and not be empty.
        deprecated: What to do instead; empty where the field is not deprecated.
    """

    name: str
    kind: Kind = Text()
    required: bool = False
    deprecated: str = ""

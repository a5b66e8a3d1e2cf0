"""One rule for a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs

from smartcity_share.documents.sentences import Sentence

Level = Literal["error", "warning", "notice"]


@attrs.frozen
class Rule:
    """One rule for a text.

    Attributes:
        name: Its name in the reference page and in the tests.
        wanted: What the text must be, for the reference page.
        judge: Returns what is wrong with a text, or None.
        level: Whether a text that breaks it makes the file invalid.
    """

    name: str
    wanted: str
    judge: Callable[[str], Sentence | None]
    level: Level = "error"

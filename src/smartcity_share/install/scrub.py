"""Keeping secrets out of whatever is shown or recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

HIDDEN: Final = "•••"
"""What is shown in place of a secret."""

_SHORTEST: Final = 3
"""Shorter texts occur in every sentence; hiding them would make messages unreadable and hide nothing."""


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Return a text without any of the secrets in it.

    Args:
        text: A message, perhaps of foreign code.
        secrets: The secrets that may be in it.
    """
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    return text

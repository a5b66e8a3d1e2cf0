"""The near match for a word that is not known: one function behind every "Did you mean" of the library."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_NEAR: Final = 0.6
"""Least share of characters that must agree, in optimal string alignment (a swapped pair counts as one change)."""
_SHORTEST_STEM: Final = 3
_QUESTION: Final = re.compile(r"Did you mean `([^`]+)`\?")
_LONGEST_WORD: Final = 200
"""Longer words are no misspelling, and comparing them would take quadratic time."""


def nearest(found: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to the found one, or None where none is near enough.

    Upper and lower case, and ``-``, ``_`` and blanks, count as equal. A word that begins with the found one (at least three
    characters), or the other way round, is near too. Of two equally near words the first in order of the alphabet wins.

    Args:
        found: The word as written.
        known: The words that would have been right.
    """
    from rapidfuzz.distance import OSA

    plain = _plain(found)
    if not plain or len(plain) > _LONGEST_WORD:
        return None
    best, best_score = None, 0.0
    for word in sorted(set(known)):
        other = _plain(word)
        score = OSA.normalized_similarity(plain, other)
        stem = min(len(plain), len(other))
        if stem >= _SHORTEST_STEM and (plain.startswith(other) or other.startswith(plain)):
            score = max(score, _NEAR + 0.01)
        if score >= _NEAR and score > best_score:
            best, best_score = word, score
    return best


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """Return ``Did you mean `word`?`` for the nearest known word, or an empty string where none is near.

    Example:
        >>> did_you_mean("titel", ["title", "summary"])
        'Did you mean `title`?'
    """
    word = nearest(found, known)
    return f"Did you mean `{word}`?" if word is not None else ""


def suggested(mend: str) -> str | None:
    """Return the word that a mend made with :func:`did_you_mean` suggests, None where it suggests none."""
    match = _QUESTION.search(mend)
    return None if match is None else match[1]


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "").replace(" ", "")

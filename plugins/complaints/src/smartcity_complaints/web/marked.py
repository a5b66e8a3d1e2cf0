"""Marking a text for translation where it is not shown yet."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for translation where it is not shown yet."""
    return message

"""Words that somebody else wrote, made safe to be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text with a sign in place of whatever drives a terminal, or makes words read as others.

    Args:
        text: What somebody wrote.
    """
    return "".join(character if character.isprintable() else "�" for character in text)

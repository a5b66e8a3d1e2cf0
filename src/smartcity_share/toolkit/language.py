"""Which language a page is in, and the text of a value that is given in several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

LANGUAGE_COOKIE: Final = "smartcity_language"
"""Name of the cookie that holds a reader's choice."""


def base_of(language: str) -> str:
    """Return the primary subtag: ``en`` of ``en-GB``."""
    return language.replace("_", "-").split("-", 1)[0].lower()


def choose_language(offered: Sequence[str], *, chosen: str | None = None, accepted: str | None = None) -> str:
    """Choose the language of a page.

    Args:
        offered: The languages of the region, the first is its own. Not empty.
        chosen: What the reader chose before (the cookie), if anything.
        accepted: An ``Accept-Language`` header; given only where no region has a language of its own to prefer.

    Returns:
        One of ``offered``.
    """
    known = {language.lower(): language for language in offered}
    for wish in [chosen or "", *_accepted(accepted or "")]:
        found = known.get(wish.lower()) or known.get(base_of(wish))
        if found:
            return found
    return offered[0]


def _accepted(header: str) -> list[str]:
    """Return the languages of an ``Accept-Language`` header, most wanted first; a malformed part is passed over."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:1000].split(",")):
        name, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            continue
        if name and weight > 0:
            wishes.append((-weight, place, name.strip()))
    return [name for _, _, name in sorted(wishes)]


def text_in(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, or the nearest there is.

    The order is: the language, its base language, English, whatever comes first. Empty where there is no text at all.

    Args:
        texts: Text per language, as in a manifest: ``{"id": "Pengaduan", "en": "Complaints"}``.
        language: BCP 47 code.
    """
    for key in (language, base_of(language), "en"):
        if texts.get(key):
            return texts[key]
    return next((text for text in texts.values() if text), "")

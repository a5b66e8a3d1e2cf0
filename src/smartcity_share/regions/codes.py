"""Codes of regions as people write them: with or without the dot, with a lost zero, of a district."""

from __future__ import annotations

import re
from collections.abc import Mapping

from smartcity_share.regions.region import Region

_CODE = re.compile(r"([0-9]{2})(?:[. ]?([0-9]{2}))?")
_LOOKS_LIKE_CODE = re.compile(r"[0-9][0-9. ]*")
_DISTRICT = re.compile(r"([0-9]{2})[. ]?([0-9]{2})[. ]?[0-9]{2}(?:[. ]?[0-9]{4})?")
_SHORTENED = re.compile(r"([0-9]{2})\.([0-9])")


def canonical(text: str) -> str | None:
    """Return a code as the table writes it, or None when the text is no code of a province or regency.

    Args:
        text: ``3273``, ``32.73``, ``32`` …
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        return None
    province, regency = match.groups()
    return province if regency is None else f"{province}.{regency}"


def why_unknown(text: str, known: Mapping[str, Region]) -> tuple[str, str | None]:
    """Say why a code or name is not in the table.

    Args:
        text: What was looked for and not found.
        known: The table, by code.

    Returns:
        The message, and the mend where the code itself tells it, else None.
    """
    text = text.strip()
    if _LOOKS_LIKE_CODE.fullmatch(text) is None:
        return f'No region answers to "{text[:60]}"', None
    if (short := _SHORTENED.fullmatch(text)) is not None:
        return _shortened(short[1], short[2], known)
    if (district := _DISTRICT.fullmatch(text)) is not None:
        parent = known.get(f"{district[1]}.{district[2]}")
        if parent is not None:
            return f"{text} is the code of a district or village, not of a region", f"It lies in {parent}."
    code = canonical(text) or text
    near = nearest(code, known)
    hint = f"Did you mean {near}?" if near else "A code is PP.RR, such as 32.73; look with `smartcity region find NAME`."
    return f"No region has the code {code[:20]}", hint


def nearest(code: str, known: Mapping[str, Region]) -> Region | None:
    """Return the region whose code is nearest: the same province and the nearest number, or None."""
    province, _, number = code.partition(".")
    siblings = [region for region in known.values() if region.province_code == province and "." in region.code]
    if not number.isdecimal() or not siblings:
        return known.get(province)
    return min(siblings, key=lambda region: (abs(int(region.code[3:]) - int(number)), region.code))


def _shortened(province: str, digit: str, known: Mapping[str, Region]) -> tuple[str, str | None]:
    """``13.1``: a spreadsheet or an unquoted number took the zero of ``13.10``; ``13.2`` lacks the one of ``13.02``."""
    text = f"{province}.{digit}"
    trailing, leading = known.get(f"{text}0"), known.get(f"{province}.0{digit}")
    if trailing is not None:
        return (
            f"{text} is not a region code: a trailing zero was lost",
            f'Did you mean {trailing}? Write codes as text, in quotes: "{trailing.code}".',
        )
    if leading is not None:
        return f"{text} is not a region code: a zero was lost", f"Did you mean {leading}?"
    near = nearest(f"{text}0", known)
    return f"{text} is not a region code: it has too few digits", f"Did you mean {near}?" if near else None

"""Rules on the look of a region: text on its colours can be read, and its logo is a picture beside the profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.regions.colour import BLACK, HEX_COLOUR, LEAST_CONTRAST, WHITE, contrast_ratio, readable_variant
from smartcity_share.regions.logo import logo_problem
from smartcity_share.regions.rules.reading import value_at


def low_contrast(document: TomlDocument) -> Iterator[Fault]:
    """White can be read on the primary colour (and so the primary colour on white), and the stated text on the accent."""
    on_accent = value_at(document.data, ("branding", "text_on_accent"))
    for key, text in (("primary", WHITE), ("accent", WHITE if on_accent is None else _colour(on_accent))):
        ground = _colour(value_at(document.data, ("branding", key)))
        if ground is None or text not in (WHITE, BLACK):
            continue
        ratio = contrast_ratio(ground, text)
        if ratio < LEAST_CONTRAST:
            mend = f'Write {key} = "{readable_variant(ground, text)}"'
            if key == "accent":
                mend += f', or text_on_accent = "{BLACK if text == WHITE else WHITE}"'
            yield Fault(
                "contrast-low",
                f"{'White' if text == WHITE else 'Black'} text on {ground} has a contrast of {ratio:.2f}:1; "
                f"{LEAST_CONTRAST}:1 is needed",
                document.locate(("branding", key)),
                f"{mend}.",
            )


def logo_faults(document: TomlDocument, folder: Path) -> Iterator[Fault]:
    """The logo lies beside the profile and is a plain picture."""
    logo = value_at(document.data, ("branding", "logo"))
    problem = logo_problem(folder, logo) if isinstance(logo, str) and logo else None
    if problem is not None:
        yield Fault(problem.code, problem.message, document.locate(("branding", "logo")), problem.mend)


def _colour(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and HEX_COLOUR.fullmatch(value) else None

"""The layers of words in ``data/wording.toml``, and which of them hold where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def layers() -> tuple[Mapping[str, Any], ...]:
    """Return the layers of words that the library knows, the general ones first."""
    import tomllib

    text = files("smartcity_share.regions").joinpath("data", "wording.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["layer"])


def base(language: str) -> str:
    """Return the language of a tag without its country or script."""
    return language.partition("-")[0].lower()


def within(code: str, places: Sequence[str]) -> bool:
    """Whether a region is one of the places or lies in one of them."""
    return any(code == place or code.startswith(f"{place}.") for place in places)

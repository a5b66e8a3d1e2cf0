"""The fixed words of publiccode.yml, from ``data/vocabulary.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def words(name: str) -> tuple[str, ...]:
    """Return one list of words, in the order of the standard.

    Args:
        name: Key of the data file, such as ``categories``.
    """
    return _lists()[name]


@cache
def known(name: str) -> frozenset[str]:
    """Return one list of words as a set."""
    return frozenset(words(name))


@cache
def _lists() -> Mapping[str, tuple[str, ...]]:
    text = files("smartcity_share.publiccode").joinpath("data", "vocabulary.toml").read_text(encoding="utf-8")
    return {name: tuple(values) for name, values in tomllib.loads(text).items()}

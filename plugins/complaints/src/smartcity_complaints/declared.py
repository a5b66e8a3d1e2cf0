"""What the manifest of this app declares, read from the file itself: pages that repeat it have one source with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@cache
def manifest() -> Mapping[str, Any]:
    """Return the tables of the manifest."""
    text = (files("smartcity_complaints") / "smartcity.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def dataset(dataset_id: str) -> Mapping[str, Any]:
    """Return the entry of one open data set."""
    found: Mapping[str, Any] = next(entry for entry in manifest()["dataset"] if entry["id"] == dataset_id)
    return found

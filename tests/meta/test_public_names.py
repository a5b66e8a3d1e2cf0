"""What a door lists is what the reference documents, and the reverse."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

DOCUMENTED = re.compile(r"^\.\. (?:py:)?auto(?:class|function|data|exception|decorator|attribute):: (\S+)$", re.MULTILINE)
DOORS = {"smartcity_share": "api.md", "smartcity_share.toolkit": "toolkit.md", "smartcity_share.testing": "testing.md"}


def public_names(door: str) -> set[str]:
    return {name for name in importlib.import_module(door).__all__ if not name.startswith("__")}


def test_the_reference_documents_exactly_the_public_names_of_the_library(root: Path) -> None:
    page = (root / "docs" / "reference" / "api.md").read_text("utf-8")

    assert {name.removeprefix("smartcity_share.") for name in DOCUMENTED.findall(page)} == public_names("smartcity_share")


@pytest.mark.parametrize("door", [door for door in DOORS if door != "smartcity_share"])
def test_the_reference_names_every_public_name_of_a_door(root: Path, door: str) -> None:
    page = (root / "docs" / "reference" / DOORS[door]).read_text("utf-8")

    assert sorted(name for name in public_names(door) if not re.search(rf"\b{name}\b", page)) == []


@pytest.mark.parametrize("door", DOORS)
def test_every_public_name_has_a_docstring_or_is_a_constant(door: str) -> None:
    module = importlib.import_module(door)
    for name in public_names(door):
        value = getattr(module, name)
        if callable(value):
            assert (value.__doc__ or "").strip(), f"{door}.{name}"


@pytest.mark.parametrize("door", DOORS)
def test_the_list_of_a_door_is_sorted_and_without_doubles(door: str) -> None:
    names = importlib.import_module(door).__all__

    assert len(names) == len(set(names))

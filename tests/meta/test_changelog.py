"""Every change a user can see has a fragment that towncrier will find."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

FRAGMENT = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<kind>[a-z]+)\.md")


def faults_of(name: str, text: str, kinds: set[str]) -> list[str]:
    """What is wrong with a fragment, in words."""
    match = FRAGMENT.fullmatch(name)
    if match is None:
        return [f"{name}: the name is not <slug-in-kebab-case>.<kind>.md"]
    found = []
    if match["kind"] not in kinds:
        found.append(f"{name}: {match['kind']!r} is none of {', '.join(sorted(kinds))}")
    if len(text.split()) < 5 or not text.rstrip().endswith((".", "`", ")")):
        found.append(f"{name}: is not a sentence")
    return found


@pytest.fixture(scope="module")
def kinds(project: dict[str, Any]) -> set[str]:
    """The kinds of fragment that towncrier is configured with."""
    return {kind["directory"] for kind in project["tool"]["towncrier"]["type"]}


def test_every_fragment_is_well_named_and_says_something(root: Path, kinds: set[str]) -> None:
    fragments = [path for path in sorted((root / "changelog.d").iterdir()) if path.name != "README.md"]

    assert [fault for path in fragments for fault in faults_of(path.name, path.read_text("utf-8"), kinds)] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Region_Find.feature.md", "A sentence that is long enough."),
        ("region-find.md", "A sentence that is long enough."),
        ("region-find.feat.md", "A sentence that is long enough."),
        ("region-find.feature.md", "done"),
    ],
)
def test_an_ill_made_fragment_is_refused(name: str, text: str, kinds: set[str]) -> None:
    assert faults_of(name, text, kinds)


def test_the_readme_of_the_fragments_lists_every_kind(root: Path, kinds: set[str]) -> None:
    readme = (root / "changelog.d" / "README.md").read_text("utf-8")

    assert set(re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE)) == kinds

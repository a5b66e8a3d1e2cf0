"""Each page that says which test holds which rule names tests that exist, one at least for each rule."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import attrs
import pytest

ROOT: Final = Path(__file__).parents[2]
REFERENCE: Final = ROOT / "docs" / "reference"
INJECTION: Final = REFERENCE / "failure-injection.md"
PAGES: Final = {
    REFERENCE / "apps" / "complaints-rules.md": ROOT / "plugins" / "complaints" / "tests",
    INJECTION: ROOT / "tests",
    REFERENCE / "lifecycle.md": ROOT / "tests",
}
"""Page -> where the tests lie that it names without ``tests/``."""
NAMESAKES: Final = ("Failures of a lifecycle", "Bad input")
"""Sections whose rows are the names of their tests."""

_NAMED: Final = re.compile(r"`([\w/]+\.py)::(\w+)`")
_NOT_BUILT: Final = re.compile(r"not built yet: `([\w/]+)` is not there")
_UNNAMED: Final = re.compile(r"[^a-z0-9]+")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@attrs.frozen
class Row:
    """A row of a table of such a page.

    Attributes:
        section: The heading it stands under.
        rule: What its first cell says.
        tests: File and name of each test its last cell names.
        missing: What its last cell says is not there yet, as a path from the root; empty without one.
    """

    section: str
    rule: str
    tests: tuple[tuple[str, str], ...]
    missing: str


def rows(page: Path) -> list[Row]:
    """Return every row that states a rule."""
    found, section = [], ""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and cells[-1] != "test" and set(cells[-1]) - set("-|"):
            found.append(Row(section, cells[0], tuple(_NAMED.findall(cells[-1])), "".join(_NOT_BUILT.findall(cells[-1]))))
    return found


@cache
def names_in(file: Path) -> frozenset[str]:
    """Return the names of the tests in a file; none where there is no file."""
    tree = ast.parse(file.read_text("utf-8") if file.is_file() else "")
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@each_page
def test_every_rule_names_a_test(page: Path) -> None:
    assert len(rows(page)) > 30
    assert [row.rule for row in rows(page) if not row.tests and not row.missing] == []


@each_page
def test_every_test_that_is_named_exists(page: Path) -> None:
    named = {one for row in rows(page) for one in row.tests}
    homes = {file: ROOT / file if file.startswith("tests/") else PAGES[page] / file for file, _ in named}
    assert sorted(f"{file}::{name}" for file, name in named if name not in names_in(homes[file])) == []


@each_page
def test_what_is_said_to_be_missing_is_missing(page: Path) -> None:
    assert [row.rule for row in rows(page) if row.missing and (ROOT / row.missing).exists()] == []


def test_the_first_test_of_each_failure_bears_its_name() -> None:
    unlike = []
    for row in (one for one in rows(INJECTION) if one.section in NAMESAKES):
        name = "test_" + _UNNAMED.sub("_", row.rule.lower().replace("'", "")).strip("_")
        if not row.missing and not row.tests[0][1].startswith(name):
            unlike.append(f"{row.rule}: {row.tests[0][1]} does not begin with {name}")
    assert unlike == []

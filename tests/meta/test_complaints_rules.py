"""The table of the rules of the complaints app names tests that exist, one at least for each rule."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "apps" / "complaints-rules.md"
PLUGIN = ROOT / "plugins" / "complaints" / "tests"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[list[str]]:
    """Return the cells of every row that states a rule."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[-1] not in {"test", "---|---"}]


def names_in(file: Path) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_rule_names_a_test() -> None:
    assert len(rows()) > 60
    assert [row[0] for row in rows() if not NAMED.search(row[-1])] == []


def test_every_test_that_is_named_exists() -> None:
    named = {(file, name) for row in rows() for file, name in NAMED.findall(row[-1])}
    homes = {file: ROOT / file if file.startswith("tests/") else PLUGIN / file for file, _ in named}
    known = {file: names_in(home) if home.is_file() else set() for file, home in homes.items()}

    assert sorted(f"{file}::{name}" for file, name in named if name not in known[file]) == []

"""What authors copy, the tests of plugins and of the examples, imports the public doors and nothing behind them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DOORS = ("smartcity_share", "smartcity_share.toolkit", "smartcity_share.testing")
BELOW = ("smartcity_share.toolkit.",)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def behind_the_doors(tree: ast.AST) -> set[str]:
    """Return the modules of the library a module imports past its doors."""
    ours = {name for name in imported(tree) if name.partition(".")[0] == "smartcity_share"}
    return {name for name in ours if name not in DOORS and not name.startswith(BELOW)}


def test_no_test_of_a_plugin_or_of_an_example_reaches_behind_the_doors(root: Path) -> None:
    files = [*root.glob("plugins/*/tests/**/*.py"), *root.glob("examples/*/tests/**/*.py")]
    found = {str(file.relative_to(root)): behind_the_doors(ast.parse(file.read_text("utf-8"))) for file in files}

    assert len(files) > 20
    assert {file: names for file, names in found.items() if names} == {}


BEHIND = [
    "from smartcity_share.install.storage import sqlite",
    "import smartcity_share.errors",
    "from smartcity_share.testing.doubles import Clock",
]
PUBLIC = ["from smartcity_share import Actor", "from smartcity_share.testing import Clock", "import pluggy"]


@pytest.mark.parametrize("text", BEHIND)
def test_a_reach_behind_the_doors_is_found(text: str) -> None:
    assert behind_the_doors(ast.parse(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_door_is_none(text: str) -> None:
    assert not behind_the_doors(ast.parse(text))

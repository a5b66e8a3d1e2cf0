"""What the tests of the house itself share: the tracked files, the modules, the project files."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks and that is there, as paths from the root."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=False, capture_output=True)
    if listing.returncode:
        pytest.skip("not a git checkout: nothing is tracked here")
    names = (name for name in listing.stdout.decode().split("\0") if name)
    return tuple(path for name in sorted(names) if (path := Path(name)) and (ROOT / path).is_file())


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """The parsed pyproject.toml of the library."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def plugin_projects() -> dict[str, dict[str, Any]]:
    """The parsed pyproject.toml of each plugin, by its folder's name."""
    return {
        file.parent.name: tomllib.loads(file.read_text("utf-8")) for file in sorted((ROOT / "plugins").glob("*/pyproject.toml"))
    }


def _sources() -> Iterator[Path]:
    yield from sorted((ROOT / "src").rglob("*.py"))
    yield from sorted((ROOT / "plugins").glob("*/src/**/*.py"))


@pytest.fixture(scope="session")
def sources() -> dict[Path, ast.Module]:
    """The syntax tree of every module of the library and of the plugins, by path from the root."""
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8"), str(path)) for path in _sources()}

"""Every example is listed in the documentation and says what it is; the listing names nothing else."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "examples.md"


def test_the_page_lists_every_example_and_each_has_a_readme() -> None:
    folders = {path.name for path in (ROOT / "examples").iterdir() if path.is_dir() and not path.name.startswith(("_", "."))}

    assert set(re.findall(r"^\| \[`(\w+)`\]\(\S+/examples/\1\)", PAGE.read_text("utf-8"), re.MULTILINE)) == folders
    assert [name for name in folders if not (ROOT / "examples" / name / "README.md").is_file()] == []


def test_every_example_that_is_a_project_has_tests() -> None:
    projects = {path.parent for path in (ROOT / "examples").glob("*/pyproject.toml")}

    assert {project.name for project in projects} == {"hello", "outbox", "queue"}
    assert [project.name for project in projects if not list(project.glob("tests/test_*.py"))] == []

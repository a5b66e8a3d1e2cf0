"""The apps of this repository agree with themselves, asked in a clean environment; and a spoilt one is caught there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from smartcity_share.errors import Fault
from smartcity_share.manifest.find import from_project
from smartcity_share.package.across.every import part_faults
from smartcity_share.package.across.gather import asked, parts_of_project

ROOT = Path(__file__).resolve().parents[3]
APPS = sorted(path.parent for place in ("plugins", "examples") for path in (ROOT / place).glob("*/pyproject.toml"))


def judged(project: Path) -> list[Fault]:
    """The faults between the parts of a project that was asked."""
    parts, trouble = asked(parts_of_project(from_project(project)))
    return [*trouble, *part_faults(parts)]


@pytest.mark.parametrize("project", APPS, ids=[path.name for path in APPS])
def test_it_has_no_fault(project: Path) -> None:
    assert judged(project) == []


def test_what_only_a_running_app_tells_is_compared_too(tmp_path: Path) -> None:
    project = tmp_path / "hello"
    shutil.copytree(ROOT / "examples" / "hello", project, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    manifest = next(project.rglob("smartcity.toml"))
    text = manifest.read_text("utf-8")
    spoilt = text.replace('path = "/"', 'path = "/book"').replace('name = "text"', 'name = "words"')
    manifest.write_text(spoilt, "utf-8")

    assert [fault.code for fault in judged(project)] == [
        "page-not-served",
        "page-undeclared",
        "page-undeclared",
        "data-field-unknown",
        "data-column-undeclared",
    ]


def test_an_app_that_cannot_be_imported_is_one_fault_and_the_rest_is_judged(tmp_path: Path) -> None:
    project = tmp_path / "hello"
    shutil.copytree(ROOT / "examples" / "hello", project, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    plugin = next(project.rglob("plugin.py"))
    plugin.write_text(plugin.read_text("utf-8") + "\nraise RuntimeError('no ink')\n", "utf-8")
    manifest = next(project.rglob("smartcity.toml"))
    manifest.write_text(manifest.read_text("utf-8").replace('["name"]', "[]"), "utf-8")

    faults = judged(project)
    assert [fault.code for fault in faults] == ["entry-point-not-importable", "region-fact-undeclared"]
    assert "no ink" in faults[0].message

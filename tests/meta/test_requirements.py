"""Requirement files are hashed, complete and tied to no index; each runtime dependency has a line of reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Project = dict[str, Any]


def pinned(file: Path) -> dict[str, list[str]]:
    """Name -> lines of each pinned requirement with its hashes."""
    joined = re.sub(r"\\\n\s*", "", file.read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for line in joined.splitlines():
        if line and not line.startswith("#"):
            found.setdefault(canonicalize_name(re.split(r"[=\s;]", line)[0]), []).append(line)
    return found


def names_of(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def flattened(project: Project, group: str) -> list[str]:
    """The requirements of a dependency group, with the groups it includes."""
    texts: list[str] = []
    for entry in project["dependency-groups"][group]:
        texts += flattened(project, entry["include-group"]) if isinstance(entry, dict) else [entry]
    return texts


@pytest.fixture(scope="module", params=["uv.txt", "dev.txt"])
def file(request: pytest.FixtureRequest, root: Path) -> Path:
    """Each hashed requirement file."""
    name: str = request.param
    return root / "requirements" / name


def test_every_line_pins_one_version_by_hash(file: Path) -> None:
    for lines in pinned(file).values():
        for line in lines:
            assert re.match(r"[a-z0-9-]+==\S+ ", line), line
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line


def test_no_line_says_where_packages_come_from(file: Path) -> None:
    text = file.read_text("utf-8")

    assert not re.search(r"://|^\s*--(?!hash)|file:|@ |index|find-links", text, re.MULTILINE)


def test_the_library_itself_is_not_pinned(root: Path, plugin_projects: dict[str, Project]) -> None:
    own = {"smartcity-share", *(canonicalize_name(plugin["project"]["name"]) for plugin in plugin_projects.values())}

    assert own.isdisjoint(pinned(root / "requirements" / "dev.txt"))


def test_the_pins_satisfy_every_declared_requirement(root: Path, project: Project, plugin_projects: dict[str, Project]) -> None:
    """A dependency that was declared but not locked would make ./dev install something incomplete."""
    locked = pinned(root / "requirements" / "dev.txt")
    declared = project["project"]["dependencies"] + flattened(project, "dev")
    for plugin in plugin_projects.values():
        declared += plugin["project"]["dependencies"]
    for text in declared:
        wanted = Requirement(text)
        name = canonicalize_name(wanted.name)
        if name == "smartcity-share":
            continue
        versions = [line.split("==")[1].split()[0].rstrip(";") for line in locked.get(name, [])]

        assert any(wanted.specifier.contains(version) for version in versions), f"{text}: run ./dev lock"


def test_every_runtime_dependency_has_a_line_of_reason(
    root: Path, project: Project, plugin_projects: dict[str, Project]
) -> None:
    page = (root / "docs" / "adr" / "0007-runtime-dependencies.md").read_text("utf-8")
    sections = dict(re.findall(r"^### `([^`]+)`\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    declared = {"smartcity-share": project} | {plugin["project"]["name"]: plugin for plugin in plugin_projects.values()}

    assert set(sections) == set(declared)
    for name, file in declared.items():
        reasons = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", sections[name], re.MULTILINE))

        assert set(reasons) == names_of(file["project"]["dependencies"]), name
        assert all(len(reason.split()) > 5 for reason in reasons.values()), name

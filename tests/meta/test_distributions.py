"""What is shipped is what is needed and nothing else: the source distribution and the wheels, listed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

BUILD = """
import os, sys
from hatchling.build import build_sdist, build_wheel
print(build_sdist(sys.argv[1]) if sys.argv[2] == "sdist" else build_wheel(sys.argv[1]))
"""


def build(project: Path, kind: str, target: Path) -> Path:
    """Build with the backend of the running environment, as ``--no-build-isolation`` does."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(target), kind], cwd=project, check=True, capture_output=True, text=True
    )
    return target / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel_names(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in the wheel of the library."""
    with zipfile.ZipFile(build(root, "wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sdist_names(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in the source distribution of the library, below its one folder."""
    with tarfile.open(build(root, "sdist", tmp_path_factory.mktemp("sdist"))) as archive:
        return {member.name.split("/", 1)[1] for member in archive.getmembers() if member.isfile()}


def test_the_wheel_holds_the_package_and_its_metadata_alone(wheel_names: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"smartcity_share"}
    assert len(tops) == 2


def test_the_wheel_holds_every_tracked_file_of_the_package(wheel_names: set[str], tracked: tuple[Path, ...]) -> None:
    """Data files included: tables, templates, catalogues, style sheets."""
    wanted = {path.relative_to("src").as_posix() for path in tracked if path.is_relative_to("src")}

    assert wanted - wheel_names == set()


def test_the_wheel_carries_licence_and_notice(wheel_names: set[str]) -> None:
    shipped = {name.split("/", 1)[1] for name in wheel_names if ".dist-info/" in name}

    assert {"licenses/LICENSE", "licenses/NOTICE", "METADATA", "RECORD", "entry_points.txt"} <= shipped


def test_nothing_made_by_a_tool_or_an_instance_is_shipped(wheel_names: set[str], sdist_names: set[str]) -> None:
    unwanted = (
        "__pycache__",
        ".venv",
        ".dev/",
        ".sqlite",
        ".env",
        "uv.lock",
        "docs/_build/",
        "node_modules",
        ".pytest_cache",
        ".mypy_cache",
    )

    assert [name for name in wheel_names | sdist_names if any(word in name for word in unwanted)] == []


def test_the_source_distribution_holds_what_a_packager_needs(sdist_names: set[str]) -> None:
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "NOTICE",
        "CHANGELOG.md",
        "dev",
        "requirements/dev.txt",
        "docs/conf.py",
    } <= sdist_names
    assert {name.split("/")[0] for name in sdist_names if "/" in name} == {"src", "tests", "examples", "docs", "requirements"}


def test_every_plugin_ships_its_manifest_its_catalogues_and_its_pages(
    root: Path, tracked: tuple[Path, ...], tmp_path: Path
) -> None:
    for project in sorted((root / "plugins").glob("*/pyproject.toml")):
        home = project.parent.relative_to(root) / "src"
        with zipfile.ZipFile(build(project.parent, "wheel", tmp_path)) as archive:
            names = set(archive.namelist())
            (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
            headers = message_from_bytes(archive.read(metadata))
        wanted = {path.relative_to(home).as_posix() for path in tracked if path.is_relative_to(home)}

        assert wanted - names == set()
        assert {name for name in names if name.endswith("/smartcity.toml") and ".dist-info/extra_metadata/" in name}
        assert not any("/tests/" in name or name.startswith("tests/") for name in names)
        assert headers["License-Expression"] == "Apache-2.0"

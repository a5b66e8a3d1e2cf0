"""A project is built by its own back end, the same tree to the same bytes, and a failure leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smartcity_share.errors import BuildError
from smartcity_share.package.build import build_wheel
from smartcity_share.package.wheel import Wheel
from tests.apps.factory import AppFactory


def back_end(folder: Path, body: str, requires: str = "") -> Path:
    """A project with a build back end of its own."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        f'[build-system]\nrequires = [{requires}]\nbuild-backend = "back"\nbackend-path = ["."]\n'
        '[project]\nname = "a"\nversion = "1"\n'
    )
    (folder / "back.py").write_text(body)
    return folder


def test_the_same_tree_is_built_to_the_same_bytes(app_factory: AppFactory, tmp_path: Path) -> None:
    project = app_factory.write("parks")

    first = build_wheel(project.folder, tmp_path / "one")
    for file in project.folder.rglob("*"):
        os.utime(file, (2_000_000_000, 2_000_000_000))
    second = build_wheel(project.folder, tmp_path / "two")

    assert first.name == second.name == "smartcity_test_parks-1.0.0-py3-none-any.whl"
    assert first.read_bytes() == second.read_bytes()
    assert Wheel.checked(first).version == "1.0.0"
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [first.name]


def test_a_back_end_that_fails_is_shown_with_the_end_of_its_output(tmp_path: Path) -> None:
    body = 'def build_wheel(*a, **k):\n    print("line", *range(40), sep="\\n")\n    raise RuntimeError("no ink")\n'
    project = back_end(tmp_path / "p", body)

    with pytest.raises(BuildError) as caught:
        build_wheel(project, tmp_path / "out")

    assert "no ink" in caught.value.message
    assert "\n    line\n" not in caught.value.message
    assert caught.value.hint
    assert not (tmp_path / "out").exists()


def test_a_failure_leaves_a_folder_that_was_there_as_it_was(tmp_path: Path) -> None:
    project = back_end(tmp_path / "p", "def build_wheel(folder, *a, **k):\n    open(folder + '/half', 'w'); raise OSError\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept.txt").write_text("kept")

    with pytest.raises(BuildError):
        build_wheel(project, tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["kept.txt"]


def test_a_back_end_that_makes_no_wheel_is_told(tmp_path: Path) -> None:
    project = back_end(tmp_path / "p", "def build_wheel(*a, **k):\n    return 'a-1.txt'\n")

    with pytest.raises(BuildError, match="made no wheel"):
        build_wheel(project, tmp_path / "out")


def test_a_back_end_that_cannot_be_imported_is_told(tmp_path: Path) -> None:
    project = back_end(tmp_path / "p", "import surely_not_there\n")

    with pytest.raises(BuildError, match="surely_not_there"):
        build_wheel(project, tmp_path / "out")


@pytest.mark.parametrize(
    "content",
    ["[build-system]\nrequires = 3\n", "[build-system\n", '[build-system]\nrequires = ["not a requirement!"]\n'],
)
def test_a_build_table_that_is_not_valid_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "pyproject.toml").write_text(content)

    with pytest.raises(BuildError):
        build_wheel(tmp_path, tmp_path / "out")


def test_a_requirement_that_cannot_be_had_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    project = back_end(tmp_path / "p", "def build_wheel(*a, **k):\n    return ''\n", requires='"surely-not-there==1"')

    with pytest.raises(BuildError, match="could not be installed") as caught:
        build_wheel(project, tmp_path / "out")

    assert "surely-not-there" in caught.value.message


def test_a_folder_without_a_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no pyproject\.toml"):
        build_wheel(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_the_running_environment_lacks_is_installed_in_one_of_its_own(
    app_factory: AppFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = app_factory.wheel("parks")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(needed.parent))
    body = (
        "import shutil, importlib.metadata\n"
        "def build_wheel(folder, *a, **k):\n"
        "    importlib.metadata.distribution('smartcity-test-parks')\n"
        f"    return shutil.copy({str(needed)!r}, folder).rpartition('/')[2]\n"
    )
    project = back_end(tmp_path / "p", body, requires='"smartcity-test-parks"')

    assert build_wheel(project, tmp_path / "out").name == needed.name

"""``smartcity build``: bad input is one clear line and leaves nothing; a good build says what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smartcity_share.cli.main import execute
from tests.apps.factory import AppFactory, write_app


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder that is not there."""
    return tmp_path / "out"


def refused(path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What a refused build prints; it must leave nothing and show no traceback."""
    assert execute(["build", str(path), "-o", str(out)]) in (1, 2)
    assert not out.exists()
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    return told.err


def test_a_path_that_is_not_there(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "package-invalid" in refused(tmp_path / "nowhere", out, capsys)


def test_a_folder_without_a_project(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert "no pyproject.toml" in refused(tmp_path / "empty", out, capsys)


def test_a_project_in_another_encoding(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_app(tmp_path / "p")
    (project.folder / "pyproject.toml").write_bytes("[project]\nname = 'a'".encode("utf-16"))
    assert "pyproject.toml" in refused(project.folder, out, capsys)


def test_a_back_end_that_fails_speaks_for_itself(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_app(tmp_path / "p")
    file = project.folder / "pyproject.toml"
    file.write_text(file.read_text().replace('packages = ["src/', 'packages = 3 #["src/'))
    assert execute(["build", str(project.folder), "-o", str(out)]) == 1
    told = capsys.readouterr().err
    assert "build-failed" in told
    assert "packages" in told
    assert not out.exists()


def test_a_wheel_with_a_fault_is_told_as_json(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_app(tmp_path / "p", files={".env": "A=1"})

    assert execute(["build", str(project.folder), "-o", str(out), "--json"]) == 1

    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "release-unfit"
    assert [fault["code"] for fault in error["faults"]] == ["wheel-has-secret"]
    assert not out.exists()


def test_another_wheel_of_the_version_is_named_with_the_way_out(
    app_factory: AppFactory, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_factory.write("parks")
    assert execute(["build", str(project.folder), "-o", str(out)]) == 0
    assert "smartcity install parks --from " in capsys.readouterr().err
    (project.manifest.parent / "more.txt").write_text("more")

    assert execute(["build", str(project.folder), "-o", str(out)]) == 1
    assert "--replace" in capsys.readouterr().err
    assert execute(["build", str(project.folder), "-o", str(out), "--replace"]) == 0


def test_an_output_that_is_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_app(tmp_path / "p")
    (tmp_path / "file").write_text("kept")

    assert execute(["build", str(project.folder), "-o", str(tmp_path / "file")]) == 2
    assert (tmp_path / "file").read_text() == "kept"
    assert "Traceback" not in capsys.readouterr().err


def test_the_facts_of_a_wheel_are_shown_by_the_check(
    app_factory: AppFactory, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_factory.write("parks")
    (project.folder / "CHANGELOG.md").write_text("## 1.0.0\n\nA list of parks.\n")
    assert execute(["build", str(project.folder), "-o", str(out)]) == 0
    (wheel,) = out.iterdir()
    capsys.readouterr()

    assert execute(["manifest", "check", str(wheel)]) == 0
    told = capsys.readouterr().out
    assert "release: smartcity-test-parks 1.0.0, host API >=1.0,<2" in told
    assert "    A list of parks." in told

    assert execute(["manifest", "check", str(wheel), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["release"]["changes"] == "A list of parks."

"""``smartcity manifest`` and ``smartcity build`` at the command line: what they print and how they end."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from smartcity_share.cli.main import execute
from tests.apps.factory import HELLO, AppFactory

FAULTY = Path(__file__).resolve().parents[1] / "manifest" / "faulty" / "smartcity.toml"


def output(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The JSON object a command printed."""
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


def test_twelve_faults_are_printed_with_line_code_and_mend(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["manifest", "check", str(FAULTY)]) == 1

    lines = capsys.readouterr().out.splitlines()
    places, mends = lines[:-1:2], lines[1:-1:2]
    assert len(places) == len(mends) == 12
    assert all(line.startswith(f"{FAULTY}:") and line.split(":")[1].isdigit() and line.endswith(")") for line in places)
    assert all(line.startswith("    mend: ") and len(line) > 15 for line in mends)
    assert lines[-1] == f"{FAULTY}: 12 faults"


def test_twelve_faults_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["manifest", "check", str(FAULTY), "--json"]) == 1

    document = output(capsys)
    assert document["valid"] is False
    assert len({(fault["line"], fault["code"]) for fault in document["faults"]}) == 12
    assert all(fault["mend"] and fault["message"] and fault["key"] for fault in document["faults"])


def test_one_fault_is_counted_in_the_singular(app_factory: AppFactory, capsys: pytest.CaptureFixture[str]) -> None:
    project = app_factory.write("parks", manifest={"host_api": "x"})

    assert execute(["manifest", "check", str(project.manifest)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{project.manifest}: 1 fault"


def test_a_good_manifest_is_checked_in_a_file_a_project_and_a_wheel(
    app_factory: AppFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_factory.write("parks")

    compared = {project.manifest: None, project.folder: "imported", app_factory.build(project): "text"}
    for path, way in compared.items():
        assert execute(["manifest", "check", str(path)]) == 0
        *notes, last = capsys.readouterr().out.splitlines()
        assert last == f"{path}: no faults"
        assert [note[:13] for note in notes] == (["Not compared:"] if way == "text" else [])
        assert execute(["manifest", "check", str(path), "--json"]) == 0
        told = {"valid": True, "faults": [], "notices": [], "mended": [], "compared": way, "release": None}
        assert output(capsys) == told


DYING = "import os\nfrom smartcity_share import hookimpl\nos._exit(3)\n@hookimpl\ndef asgi_app(): ...\n"


def test_the_code_of_a_wheel_is_run_only_when_that_is_asked_for(
    app_factory: AppFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_factory.write("parks", plugin=DYING)
    wheel = app_factory.build(project)

    assert execute(["manifest", "check", str(wheel)]) == 0
    assert execute(["manifest", "check", str(project.folder), "--no-import"]) == 0
    capsys.readouterr()
    for words in ([str(wheel), "--import"], [str(project.folder)]):
        assert execute(["manifest", "check", *words, "--json"]) == 1
        assert [fault["code"] for fault in output(capsys)["faults"]] == ["entry-point-not-importable"]


def test_faults_are_mended_in_the_file_and_the_rest_is_told(
    app_factory: AppFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    reading = f"{HELLO}\ndef name(installation):\n    return installation.region.name\n"
    project = app_factory.write("parks", plugin=reading)
    good = project.manifest.read_text("utf-8")
    project.manifest.write_text(
        good.replace('"stable"', '"stabel"').replace("agreement_required", "agreement-required"), "utf-8"
    )

    assert execute(["manifest", "check", str(project.folder), "--fix", "--json", "--no-import"]) == 0
    found = output(capsys)
    assert sorted(fault["code"] for fault in found["mended"]) == ["key-unknown", "region-fact-undeclared", "value-not-allowed"]
    assert found["faults"] == []
    assert project.manifest.read_text("utf-8").replace('region_uses = ["name"]\n\n', "") == good
    assert execute(["manifest", "check", str(project.folder), "--fix", "--no-import"]) == 0
    assert "mended:" not in capsys.readouterr().out


def test_a_fault_says_what_was_found_and_wanted_and_suggests_a_word(
    app_factory: AppFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_factory.write("parks", manifest={"app": {"status": "stabel"}})

    assert execute(["manifest", "check", str(project.manifest), "--json"]) == 1
    (fault,) = output(capsys)["faults"]
    assert (fault["found"], fault["suggestion"]) == ('"stabel"', "stable")
    assert fault["wanted"] == "one of concept, development, beta, stable, obsolete"


def test_the_manifest_of_a_wheel_is_not_changed(app_factory: AppFactory, capsys: pytest.CaptureFixture[str]) -> None:
    wheel = app_factory.wheel("parks")
    before = wheel.read_bytes()

    assert execute(["manifest", "check", str(wheel), "--fix"]) == 1
    assert "Only the manifest of a project can be changed" in capsys.readouterr().err
    assert wheel.read_bytes() == before


def test_keys_of_a_newer_minor_version_are_notices(app_factory: AppFactory, capsys: pytest.CaptureFixture[str]) -> None:
    project = app_factory.write("parks", manifest={"manifest_version": "1.9", "surprise": True})

    assert execute(["manifest", "check", str(project.folder)]) == 0
    assert capsys.readouterr().out.startswith("notice: ")
    assert execute(["manifest", "check", str(project.folder), "--json"]) == 0
    assert [notice["key"] for notice in output(capsys)["notices"]] == ["surprise"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("missing.toml", None, "There is no such file"), ("a.toml", b"\xff", "not UTF-8"), ("b.toml", b"= 1", "not TOML")],
)
def test_a_file_that_cannot_be_read_is_a_fault_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    assert execute(["manifest", "check", str(tmp_path / name)]) == 1
    printed = capsys.readouterr()
    assert words in printed.out
    assert "Traceback" not in printed.out + printed.err


def test_a_file_that_is_no_wheel_is_an_error_with_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.whl").write_bytes(b"no zip")

    assert execute(["manifest", "check", str(tmp_path / "a.whl")]) == 1
    printed = capsys.readouterr().err
    assert "error[package-invalid]" in printed
    assert "hint: " in printed


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["manifest", "schema"]) == 0

    assert output(capsys)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_project_is_built_into_its_dist_folder(app_factory: AppFactory, capsys: pytest.CaptureFixture[str]) -> None:
    project = app_factory.write("parks")

    assert execute(["build", str(project.folder)]) == 0

    path, digest = capsys.readouterr().out.splitlines()
    assert Path(path).parent == project.folder / "dist"
    assert digest == f"sha256 {hashlib.sha256(Path(path).read_bytes()).hexdigest()}"


def test_a_build_prints_its_facts_as_json(app_factory: AppFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = app_factory.write("parks")

    assert execute(["build", str(project.folder), "-o", str(tmp_path / "out"), "--json"]) == 0

    document = output(capsys)
    assert (document["app"], document["name"], document["version"]) == ("parks", "smartcity-test-parks", "1.0.0")
    assert Path(document["wheel"]).parent == tmp_path / "out"
    assert document["sha256"] == hashlib.sha256(Path(document["wheel"]).read_bytes()).hexdigest()


def test_a_project_with_a_faulty_manifest_is_not_built(
    app_factory: AppFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_factory.write("parks", manifest={"host_api": "x"})

    assert execute(["build", str(project.folder), "-o", str(tmp_path / "out")]) == 1

    assert "version-range-invalid" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_wheel_whose_build_left_the_manifest_out_is_not_kept(
    app_factory: AppFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_factory.write("parks", extra_metadata=False)
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + '\n[tool.hatch.build]\nexclude = ["smartcity.toml"]\n')

    assert execute(["build", str(project.folder), "-o", str(tmp_path / "out")]) == 1

    assert "manifest-missing" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()

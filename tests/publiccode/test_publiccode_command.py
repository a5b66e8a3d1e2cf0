"""``smartcity publiccode`` at the command line: what it prints, what it writes and how it ends."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from smartcity_share.cli.main import execute
from smartcity_share.publiccode import check_file
from tests.publiccode.samples import FULL, SMALLEST, text_of

ROOT = Path(__file__).resolve().parents[2]
COMPLAINTS = ROOT / "plugins" / "complaints"


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A file with faults, a warning and a notice."""
    path = tmp_path / "publiccode.yml"
    path.write_text('publiccodeYmlVersion: "0.4"\nlandingUrl: x\norganisation: {uri: "urn:x-italian-pa:a"}\n', "utf-8")
    return path


def test_faults_warnings_and_notices_are_printed_with_place_and_mend(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["publiccode", "check", str(faulty)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert f"{faulty}:2:1 [landingUrl]: `landingUrl` is not a key of the standard (key-unknown)" in lines
    assert "    mend: Did you mean `landingURL`?" in lines
    assert any(line.startswith(f"warning: {faulty}:1:1 ") for line in lines)
    assert any(line.startswith(f"notice: {faulty}:3:16 ") for line in lines)
    assert lines[-1].startswith(f"{faulty}: not valid (")
    assert lines[-1].endswith(" errors, 1 warning)")


def test_the_json_has_the_agreed_form(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["publiccode", "check", str(faulty), "--json"]) == 1

    document = json.loads(capsys.readouterr().out)
    assert document["valid"] is False
    assert {frozenset(entry) for entry in document["results"]} == {
        frozenset({"key", "type", "line", "column", "code", "message", "mend"})
    }
    assert {entry["type"] for entry in document["results"]} == {"error", "warning"}
    assert [entry["code"] for entry in document["notices"]] == ["not-checked"]


def test_the_file_of_this_project_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["publiccode", "check", str(ROOT / "publiccode.yml"), "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {"valid": True, "results": [], "notices": []}


@pytest.mark.parametrize("words", [["check"], ["import"]])
def test_a_missing_file_or_a_folder_is_one_clear_line(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, code in ((tmp_path / "none.yml", "file-missing"), (tmp_path, "file-unreadable")):
        assert execute(["publiccode", *words, str(path)]) == 1
        printed = capsys.readouterr()
        assert code in printed.err
        assert [line.partition(" ")[0] for line in printed.err.splitlines()] == ["error[document-invalid]:", "hint:"]
        assert printed.out == ""


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "publiccode.yml")

    assert execute(["publiccode", "check", str(tmp_path / "publiccode.yml")]) == 1
    assert "a pipe or a device" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_has_the_form_of_every_other_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["publiccode", "check", str(tmp_path / "none.yml"), "--json"]) == 1

    told = json.loads(capsys.readouterr().out)
    assert told["valid"] is False
    assert [(one["type"], one["code"], one["line"]) for one in told["results"]] == [("error", "file-missing", 0)]


def test_import_writes_a_draft_once_and_reports_what_was_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, draft = tmp_path / "publiccode.yml", tmp_path / "smartcity.toml"
    source.write_text(text_of(FULL), "utf-8")

    assert execute(["publiccode", "import", str(source), "-o", str(draft)]) == 0
    assert "lost: " in capsys.readouterr().err
    assert execute(["manifest", "check", str(draft)]) == 0
    before = draft.read_bytes()
    assert execute(["publiccode", "import", str(source), "-o", str(draft)]) == 2
    assert draft.read_bytes() == before


def test_import_prints_the_draft_alone_on_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "publiccode.yml"
    source.write_text(text_of(FULL), "utf-8")

    assert execute(["publiccode", "import", str(source)]) == 0
    assert capsys.readouterr().out.startswith("# A draft")


def test_export_writes_a_valid_file_of_an_app(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "publiccode.yml"

    assert execute(["publiccode", "export", str(COMPLAINTS), "--url", "https://example.org/a.git", "-o", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert check_file(target).valid


def test_export_tells_what_lacks_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "publiccode.yml"

    assert execute(["publiccode", "export", str(COMPLAINTS), "--url", "nowhere", "-o", str(target)]) == 1
    assert "repository-unstated" in capsys.readouterr().err
    assert not target.exists()


def test_the_hook_of_pre_commit_refuses_a_commit_with_a_fault_and_lets_another_pass(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    names = [name for name in ("publiccode.yml", "docs/publiccode.yml", "publiccode.yml.bak") if re.search(hook["files"], name)]
    program, *words = shlex.split(hook["entry"])
    command = [str(Path(sys.executable).with_name(program)), *words, *names]

    ended = []
    for text in (text_of({**FULL, "nam": 1}), SMALLEST):
        (tmp_path / "publiccode.yml").write_text(text, "utf-8")
        ended.append(subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False))

    assert names == ["publiccode.yml"]
    assert hook["language"] == "python"
    assert [run.returncode for run in ended] == [1, 0]
    assert "publiccode.yml:1:" in ended[0].stdout
    assert ended[1].stdout == "publiccode.yml: valid (0 errors, 0 warnings)\n"

"""How an app is published, command by command as its page shows it, by an origin and the keeper of a catalogue."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from smartcity_share.cli.main import execute
from tests.apps.factory import AppFactory
from tests.docs.conftest import console_commands
from tests.docs.shell import missing_lines

PAGE = "docs/how-to/publish-an-app.md"


def test_publishing_works_as_the_page_says(
    root: Path,
    tmp_path: Path,
    app_factory: AppFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "dist").mkdir()
    for version in ("1.0.0", "1.1.0"):
        wheel = app_factory.wheel("parks", version=version, distribution="parks", manifest={"origin": {"region": "32.73"}})
        shutil.copy(wheel, tmp_path / "dist")
    commands = list(console_commands(root / PAGE))
    assert len(commands) > 15
    for command in commands:
        words = shlex.split(command.text)
        if words[:2] == ["cp", "-r"]:
            shutil.copytree(words[2], words[3])
            continue
        assert words[0] == "smartcity"
        code = execute(words[1:])
        printed = capsys.readouterr()
        assert code == 0, f"$ {command.text}\n{printed.out}{printed.err}"
        assert missing_lines(command.output, printed.out) == [], f"$ {command.text}\n{printed.out}"

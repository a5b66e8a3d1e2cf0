"""The tutorial "Your first app": its commands work one after the other, and the code it shows is the code that is made."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from smartcity_share.scaffold.answers import checked_answers
from smartcity_share.scaffold.render import render

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-app.md"
SECONDS = 300
SHOWN = re.findall(r"^```\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def _commands() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    joined = "".join(blocks).replace("\\\n", " ")
    return [command.strip() for command in re.findall(r"^\$ (.*)$", joined, re.MULTILINE)]


@pytest.mark.timeout(4 * SECONDS)
def test_every_command_of_the_tutorial_works_in_a_fresh_folder(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("SMARTCITY_INSTANCE", None)
    commands = _commands()
    printed = {}
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        printed[command] = done.stdout

    assert len(commands) > 7
    assert "passed" in printed[commands[1]]
    assert "taman" in printed["smartcity status --instance town"]
    assert (tmp_path / "town" / "instance.toml").is_file()
    assert "up to date" in printed[commands[-1]]


@pytest.mark.parametrize(("path", "code"), SHOWN, ids=[f"{number}-{path}" for number, (path, _) in enumerate(SHOWN)])
def test_the_code_the_tutorial_shows_is_in_the_file_it_names(path: str, code: str) -> None:
    files = render(checked_answers({"name": "taman", "title_id": "Taman Kita", "title_en": "Our Parks"}))

    assert code in files[path]


def test_the_tutorial_shows_code() -> None:
    assert len(SHOWN) > 8

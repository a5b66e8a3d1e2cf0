"""The tutorial "Your first app": its commands work one after the other, and what it includes is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-app.md"
SECONDS = 90


def _commands() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    joined = "".join(blocks).replace("\\\n", " ")
    return [command.strip() for command in re.findall(r"^\$ (.*)$", joined, re.MULTILINE)]


def test_every_command_of_the_tutorial_works_in_a_fresh_folder(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    shutil.copytree(ROOT / "examples" / "hello", tmp_path / "examples" / "hello", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("SMARTCITY_INSTANCE", None)
    commands = _commands()
    printed = ""
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        printed = done.stdout

    assert len(commands) > 4
    assert "hello" in printed
    assert (tmp_path / "town" / "instance.toml").is_file()


@pytest.mark.parametrize("block", re.findall(r"^```\{literalinclude\} (.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))
def test_what_the_tutorial_includes_is_there(block: str) -> None:
    path, *options = block.strip().splitlines()
    text = (PAGE.parent / path).read_text(encoding="utf-8")
    for option in options:
        name, value = re.fullmatch(r":([a-z-]+): (.*)", option).groups()  # type: ignore[union-attr]
        if name in {"start-at", "end-at", "end-before"}:
            assert value.strip('"') in text, option
        if name == "pyobject":
            assert re.search(rf"(def|class) {value}\b", text), option

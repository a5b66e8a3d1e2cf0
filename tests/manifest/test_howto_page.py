"""The how-to page works as it is written: its files make a project that is checked and built without a fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smartcity_share.cli.main import execute


def test_the_project_of_the_page_is_checked_and_built(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (root / "docs" / "how-to" / "write-a-manifest.md").read_text("utf-8")
    manifest, pyproject, _ = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    package = tmp_path / "hello" / "src" / "smartcity_hello"
    package.mkdir(parents=True)
    (package / "smartcity.toml").write_text(manifest, "utf-8")
    (package / "__init__.py").touch()
    (plugin,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (package / "plugin.py").write_text(plugin, "utf-8")
    (tmp_path / "hello" / "pyproject.toml").write_text(pyproject, "utf-8")
    monkeypatch.chdir(tmp_path)

    commands = [line.removeprefix("$ smartcity ").split() for line in page.splitlines() if line.startswith("$ smartcity ")]
    printed = []
    for command in commands:
        assert execute(command[: command.index(">")] if ">" in command else command) == 0
        printed.append(capsys.readouterr().out)

    assert len(printed) == 3
    assert printed[0] == "hello: no faults\n"
    assert printed[2].startswith("dist/smartcity_hello-0.1.0-py3-none-any.whl\nsha256 ")

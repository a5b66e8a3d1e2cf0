"""``./dev`` hands the index that pip knows to uv, honours what the user set, and knows when an environment is up to date."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def dev(root: Path) -> ModuleType:
    """The script as a module."""
    loader = SourceFileLoader("dev_command", str(root / "dev"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


def test_the_index_of_pip_becomes_the_index_of_uv(dev: ModuleType) -> None:
    settings = {"index-url": "https://mirror.example/simple", "timeout": "60", "cert": "/etc/ca.pem", "no-index": "true"}

    assert dev.index_environment(settings, {}) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_HTTP_TIMEOUT": "60",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "UV_NO_INDEX": "1",
    }


def test_further_indexes_are_all_asked_as_pip_does(dev: ModuleType) -> None:
    settings = {"extra-index-url": "https://one.example/simple\nhttps://two.example/simple"}

    assert dev.index_environment(settings, {}) == {
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_a_folder_of_wheels_that_is_not_there_is_left_out(dev: ModuleType, tmp_path: Path) -> None:
    settings = {"find-links": f"{tmp_path} {tmp_path / 'missing'}"}

    assert dev.index_environment(settings, {}) == {"UV_FIND_LINKS": str(tmp_path)}


def test_what_the_user_set_for_uv_stays(dev: ModuleType) -> None:
    environ = {"UV_DEFAULT_INDEX": "https://chosen.example/simple", "SSL_CERT_FILE": "/chosen.pem"}

    assert dev.index_environment({"index-url": "https://mirror.example/simple", "cert": "/etc/ca.pem"}, environ) == {}


def test_the_nearer_setting_of_pip_wins(dev: ModuleType) -> None:
    listing = """\
:env:.index-url='https://environment.example/simple'
global.index-url='https://global.example/simple'
global.proxy='http://global.example'
install.proxy='http://install.example'
download.timeout='1'
not a setting
"""

    assert dev.pip_settings(listing) == {
        "index-url": "https://environment.example/simple",
        "proxy": "http://install.example",
    }


def test_a_stamp_holds_only_for_the_state_it_was_written_for(dev: ModuleType, tmp_path: Path) -> None:
    dev.Stamp(tmp_path, "requirements", "a").write()

    assert dev.Stamp(tmp_path, "requirements", "a").holds()
    assert not dev.Stamp(tmp_path, "requirements", "b").holds()
    assert not dev.Stamp(tmp_path, "workspace", "a").holds()


def test_the_state_of_the_workspace_follows_its_manifests(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    plugin = tmp_path / "plugins" / "a"
    manifest = plugin / "src" / "a" / "smartcity.toml"
    for file in (
        tmp_path / "src/smartcity_share/_version.py",
        tmp_path / "pyproject.toml",
        plugin / "pyproject.toml",
        manifest,
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    before = dev.workspace_state([plugin])
    manifest.write_text("manifest_version = 1\n")

    assert dev.workspace_state([plugin]) != before
    assert dev.workspace_state([plugin]) == dev.workspace_state([plugin])


def test_a_command_line_is_shown_from_the_root(dev: ModuleType) -> None:
    assert dev.shown([dev.ROOT / ".venv" / "bin" / "pytest", "-k", "a b"]) == ".venv/bin/pytest -k 'a b'"


def test_help_lists_every_command_and_needs_no_environment(dev: ModuleType, root: Path) -> None:
    done = subprocess.run([sys.executable, root / "dev", "--help"], check=True, capture_output=True, text=True)

    assert set(dev.COMMANDS) <= {
        line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ") and line.split()
    }
    assert done.stderr == ""


def test_an_unknown_command_is_refused_before_anything_is_made(root: Path) -> None:
    done = subprocess.run([sys.executable, root / "dev", "tset"], check=False, capture_output=True, text=True)

    assert done.returncode == 2
    assert "invalid choice: 'tset'" in done.stderr
    assert "[dev]" not in done.stderr

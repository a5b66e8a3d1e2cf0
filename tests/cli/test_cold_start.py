"""What the command line loads before it has printed: modules, which are the same on every machine, not milliseconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from smartcity_share.cli.main import COMMANDS, main
from tests.apps.factory import AppFactory

HEAVY = {
    "alembic", "argon2", "asyncio", "attr", "attrs", "babel", "build", "cryptography", "cyclonedx", "importlib.metadata",
    "jinja2", "packaging", "pluggy", "pydantic", "rapidfuzz", "rich", "securesystemslib", "sqlalchemy", "starlette", "tomlkit",
    "tomllib", "tree_sitter", "tuf", "uvicorn",
}  # fmt: skip
REPORTING = """
import json, sys
from smartcity_share.cli.main import execute
code = execute(sys.argv[1:])
sys.stdout.flush()
print(json.dumps({"code": code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def loaded_by(*arguments: str, site: Path | None = None) -> set[str]:
    """Return the modules that are loaded after a command line ran in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(site)} if site else dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-c", REPORTING, *arguments], capture_output=True, text=True, check=True, env=environment
    )
    report = json.loads(done.stderr.splitlines()[-1])
    assert report["code"] == 0, done.stderr
    return set(report["modules"])


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]], ids=" ".join)
def test_the_first_words_load_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_by(*arguments) & HEAVY == set()


def test_the_list_of_commands_imports_none_of_them() -> None:
    commands = {name for name in loaded_by("--help") if name.startswith("smartcity_share.cli.commands.")}
    assert commands == set()


def test_of_the_library_the_list_of_commands_loads_the_door_the_errors_and_the_renderer() -> None:
    loaded = {name for name in loaded_by("--help") if name.startswith("smartcity_share")}
    assert {name for name in loaded if not name.startswith("smartcity_share.errors.")} == {
        "smartcity_share",
        "smartcity_share._version",
        "smartcity_share.cli",
        "smartcity_share.cli.main",
        "smartcity_share.cli.render",
        "smartcity_share.errors",
    }


def test_installed_apps_change_nothing_about_what_is_loaded(app_factory: AppFactory, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for number in range(3):
        app_factory.installed(f"app-{number}", target=site)
    assert loaded_by("--help", site=site) == loaded_by("--help", site=tmp_path)


def test_finding_a_region_loads_the_table_and_no_model_framework() -> None:
    assert loaded_by("region", "find", "bandung", "--json") & (HEAVY - {"attr", "attrs", "rapidfuzz"}) == set()


def test_the_door_for_app_authors_loads_nothing_heavy() -> None:
    script = "import json, sys; import smartcity_share; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & (HEAVY | {"click"}) == set()


def test_finding_installed_apps_loads_no_model_framework_and_no_metadata_parser(app_factory: AppFactory) -> None:
    site = app_factory.installed("parks")
    script = "import json, sys; from smartcity_share.hooks.discover import discover; found = list(discover())"
    script += "; print(json.dumps([found, sorted(sys.modules)]))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(site)}
    )
    found, modules = json.loads(done.stdout)
    assert "parks" in found
    assert set(modules) & {"pydantic", "starlette", "sqlalchemy", "asyncio", "rich", "tomllib"} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_name_of_the_table_leads_to_a_command_of_that_name_with_help(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").strip()

"""Installing the library slows no one's pytest, and takes no fixture name of anyone who does not ask for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"alembic", "attr", "click", "jinja2", "pydantic", "sqlalchemy", "starlette", "uvicorn", "babel", "tomlkit"}
ALLOWED = {"smartcity_share", "smartcity_share._version", "smartcity_share.testing", "smartcity_share.testing.pytest_plugin"}
REPORT = """\
from __future__ import annotations

import json
import sys


def test_a_stranger():
    print("MODULES", json.dumps(sorted(sys.modules)))
"""


def run(folder: Path, *options: str) -> str:
    """Run pytest in a folder of somebody who has the library installed and makes no app; no plugin but ours is loaded."""
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "smartcity_share.testing.pytest_plugin", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environ,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """A project that has nothing to do with the library."""
    (tmp_path / "test_stranger.py").write_text(REPORT, "utf-8")
    return tmp_path


def test_a_strangers_run_loads_the_setting_and_nothing_else(stranger: Path) -> None:
    printed = run(stranger, "-s", "-q")
    modules = set(json.loads(printed.split("MODULES ")[1].splitlines()[0]))

    assert {name for name in modules if name.startswith("smartcity_share")} == ALLOWED
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()


def test_a_strangers_run_gets_no_fixture(stranger: Path) -> None:
    printed = run(stranger, "--fixtures", "-q")

    assert "smartcity_share" not in printed


def test_the_entry_point_is_the_light_module() -> None:
    from importlib.metadata import entry_points

    (found,) = entry_points(group="pytest11", name="smartcity_share")

    assert found.value == "smartcity_share.testing.pytest_plugin"


def test_the_door_loads_nothing_heavy() -> None:
    question = "import json, sys; import smartcity_share.testing; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    modules = set(json.loads(done.stdout))

    assert {name for name in modules if name.startswith("smartcity_share")} == ALLOWED - {
        "smartcity_share.testing.pytest_plugin"
    }
    assert modules & {*HEAVY, "pytest", "asyncio"} == set()


def test_every_name_of_the_door_opens() -> None:
    from smartcity_share import testing

    for name in testing.__all__:
        assert getattr(testing, name) is not None
    assert sorted(testing.__all__) == dir(testing)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = testing.nothing

"""``smartcity status`` reads the ledger alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from smartcity_share.install import Instance
from smartcity_share.install.records import OperationRecord, OperationState
from tests.cli.conftest import Cli


def test_what_is_installed_where_is_shown(cli: Cli, installed: Path) -> None:
    out = cli("status").out
    assert out.splitlines()[0].split()[:6] == ["REGION", "APP", "VERSION", "STATE", "CODE", "BACKED"]
    assert out.splitlines()[1].split()[:4] == ["71.08", "parks", "1.0.0", "active"]
    found = cli("status", "--json").json
    assert found["instance"]["regions"] == ["13.10", "71.08"]
    assert [(one["region"], one["app"], one["state"]) for one in found["installations"]] == [("71.08", "parks", "active")]
    assert cli("status", "--region", "13.10", "--json").json["installations"] == []
    assert installed.is_dir()


def test_an_empty_instance_says_the_next_command(cli: Cli, served: Path) -> None:
    ran = cli("status")
    assert (ran.code, "smartcity install APP" in ran.out) == (0, True)
    assert served.is_dir()


def test_an_operation_that_was_cut_off_is_shown_with_the_next_command(cli: Cli, installed: Path) -> None:
    instance = Instance.open(installed)
    instance.ledger.begin_operation(
        OperationRecord(
            "left",
            "configure",
            "71.08",
            "parks",
            "me",
            "",
            OperationState.RUNNING,
            instance.now(),
            None,
            "1@another boot",
            {"version": "1.0.0", "steps": []},
        )
    )
    instance.close()
    (operation,) = cli("status", "--json").json["operations"]
    assert (operation["id"], operation["next_command"]) == ("left", "smartcity resume left")
    assert "smartcity resume left" in cli("status").out
    assert cli("status", "--region", "13.10", "--json").json["operations"] == []


def test_a_ledger_from_the_future_is_told(cli: Cli, served: Path) -> None:
    import sqlite3

    with sqlite3.connect(served / "ledger.sqlite") as connection:
        connection.execute("UPDATE ledger_schema SET version = 7")
    connection.close()
    ran = cli("status")
    assert (ran.code, "version 7" in ran.err) == (1, True)


def test_no_app_and_nothing_heavy_is_imported(installed: Path) -> None:
    """Hundreds of regions are listed in the time the ledger takes."""
    program = (
        "import json, sys\n"
        "from smartcity_share.cli.main import execute\n"
        f"execute(['status', '--json', '--instance', {str(installed)!r}])\n"
        "heavy = ['pydantic', 'starlette', 'rich', 'alembic', 'jinja2', 'pluggy']\n"
        "apps = [name for name in sys.modules if name.startswith('smartcity_test')]\n"
        "print(json.dumps([name for name in heavy if name in sys.modules] + apps), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(ran.stdout)["installations"]
    assert json.loads(ran.stderr.splitlines()[-1]) == []

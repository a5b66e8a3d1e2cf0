"""``smartcity rollout``: from the plan to the last region, by one person and then another, killed in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from smartcity_share.cli.main import execute
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app
from tests.apps.factory import AppFactory, forgetting_imports
from tests.apps.gardens import gardens_one, gardens_two

REGIONS = ("13.10", "13.71", "71.08", "73.71")


@pytest.fixture(scope="session")
def two(shared_app_factory: AppFactory) -> Path:
    return gardens_two(shared_app_factory)


@pytest.fixture
def folder(tmp_path: Path, shared_app_factory: AppFactory) -> Path:
    """An instance whose four regions have the first version."""
    wheel = gardens_one(shared_app_factory)
    with forgetting_imports(), closing(Instance.create(tmp_path / "instance", REGIONS)) as made:
        for region in REGIONS:
            install_app(made, region, wheel, {"public_name": "Taman"}, actor=Actor(name="tests"))
    return tmp_path / "instance"


def smartcity(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run the command in a process of its own: it imports the version it brings."""
    command = [sys.executable, "-m", "smartcity_share", *words, "--instance", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"})
    return done.returncode, done.stdout, done.stderr


def versions(folder: Path) -> dict[str, str]:
    with closing(Instance.open(folder)) as instance:
        return {record.region: record.version for record in instance.ledger.installations()}


def begin(folder: Path, wheel: Path, *words: str) -> dict[str, Any]:
    given = ("--pilot", "71.08", "--share", "100", "--set", "contact=Ibu Sari", "--yes", "--json", "--basis", "ND 1")
    code, out, err = smartcity(folder, "rollout", "begin", "gardens", "--from", str(wheel), *given, *words)
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_plan_shows_the_waves_and_changes_nothing(folder: Path, two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["rollout", "begin", "--from", str(two), "--pilot", "71.08", "--plan", "--instance", str(folder)]
    assert execute(words) == 0
    shown = capsys.readouterr().out
    assert "wave 1: 1 region: 71.08" in shown
    assert "Rollout of gardens 2.0.0" in shown
    assert execute(["rollout", "show", "--instance", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("No rollout")
    assert not (folder / "rollouts").exists()


def test_from_the_pilot_to_the_last_region(folder: Path, two: Path) -> None:
    rollout = begin(folder, two)["id"]
    code, out, err = smartcity(folder, "rollout", "run", rollout)
    assert (code, "  71.08  " in out, f"Next: smartcity rollout approve {rollout}" in out) == (0, True, True), err
    code, out, _ = smartcity(folder, "rollout", "approve", rollout, "--by", "Kepala Dinas", "--basis", "ND 2")
    assert (code, out.splitlines()[0]) == (0, "Wave 2 of 2 may begin.")
    code, out, _ = smartcity(folder, "rollout", "run", rollout, "--json")
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["event"] for event in events] == ["region-begins", "region-ended"] * 3 + ["ended"]
    assert [event["region"] for event in events[:-1:2]] == ["13.10", "13.71", "73.71"]
    assert (code, events[-1]["state"], events[-1]["counts"]["done"]) == (0, "done", 4)
    assert set(versions(folder).values()) == {"2.0.0"}
    code, out, _ = smartcity(folder, "rollout", "show", rollout, "--json")
    approval = json.loads(out)["approvals"][0]
    assert (approval["by"], approval["basis"], approval["wave"]) == ("Kepala Dinas", "ND 2", 2)


def test_a_run_that_is_killed_in_a_region_is_finished_by_the_next(folder: Path, two: Path) -> None:
    rollout = begin(folder, two, "--pilot", "13.10", "--pilot", "13.71", "--pilot", "73.71")["id"]
    command = [sys.executable, "-m", "smartcity_share", "rollout", "run", rollout, "--json", "--instance", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "region-begins" and event["region"] == "13.71":
                break
        process.send_signal(signal.SIGKILL)
    assert versions(folder)["13.10"] == "2.0.0"
    code, out, err = smartcity(folder, "rollout", "run", rollout, "--json")
    assert code == 0, err
    assert json.loads(out.splitlines()[-1])["counts"]["done"] == 4
    assert set(versions(folder).values()) == {"2.0.0"}
    with closing(Instance.open(folder)) as instance:
        upgrades = [act for act in instance.ledger.operations() if act.kind == "upgrade" and str(act.state) == "done"]
        assert sorted(act.region for act in upgrades) == sorted(REGIONS)


def test_a_region_that_fails_is_in_quarantine_until_it_is_released(folder: Path, two: Path) -> None:
    rollout = smartcity(folder, "rollout", "begin", "--from", str(two), "--pilot", "71.08", "--share", "100", "--yes")[
        1
    ].split()[1]
    code, out, _ = smartcity(folder, "rollout", "run", rollout)  # the new version asks for a setting nobody gave
    assert (code, "contact" in out, "No pilot region could be upgraded (71.08)" in out) == (1, True, True)
    code, out, _ = smartcity(folder, "rollout", "show")
    assert "In quarantine: 1 installation" in out
    assert smartcity(folder, "rollout", "run", rollout)[0] == 1
    code, _, err = smartcity(folder, "rollout", "release", "gardens", "--region", "13.10")
    assert (code, "is not in quarantine in 13.10" in err) == (2, True)
    assert smartcity(folder, "rollout", "release", "gardens", "--region", "71.08")[0] == 0
    assert begin(folder, two)["left_out"] == {}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "nothing"), 1, "error[rollout-refused]"),
        (("approve", "nothing"), 1, "error[rollout-refused]"),
        (("stop", "nothing"), 1, "error[rollout-refused]"),
        (("show", "nothing"), 1, "error[rollout-refused]"),
        (("begin", "--from", "missing.whl"), 2, "missing.whl"),
    ],
)
def test_what_is_not_there_is_said(
    tmp_path: Path, words: tuple[str, ...], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Instance.create(tmp_path / "instance", ["71.08"]).close()
    assert execute(["rollout", *words, "--instance", str(tmp_path / "instance")]) == code
    assert said in capsys.readouterr().err

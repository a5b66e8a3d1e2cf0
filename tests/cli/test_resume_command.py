"""``smartcity resume`` finishes or undoes what was left, ``smartcity history`` tells what was done and what to run next."""

from __future__ import annotations

from pathlib import Path

import attrs

from smartcity_share.install import Instance
from smartcity_share.install.records import OperationState
from tests.cli.conftest import Cli


def leave(folder: Path, name: str, steps: list[dict[str, object]]) -> None:
    """Leave an operation of a process that is gone."""
    instance = Instance.open(folder)
    (done,) = instance.ledger.operations(OperationState.DONE)
    plan = {"version": "1.0.0", "steps": steps}
    left = attrs.evolve(
        done, id=name, kind="configure", state=OperationState.RUNNING, finished_at=None, owner="1:1@a/", plan=plan, basis="SK 2"
    )
    instance.ledger.begin_operation(left)
    instance.close()


def test_what_was_left_is_finished_and_told(cli: Cli, installed: Path) -> None:
    leave(installed, "left", [{"name": "create-files", "inputs": {}}])
    told = cli("history")
    assert "left cut-off: it has not ended\n  smartcity resume left\n" in told.out
    ran = cli("resume", "left", "--by", "Night watch")
    assert (ran.code, ran.out) == (0, "Done: configure of parks in 71.08 (left)\n")
    (last, first) = cli("history", "--json", "--region", "71.08", "--app", "parks").json["operations"]
    assert (last["state"], last["resumed_by"], last["basis"], last["next_command"]) == ("done", "Night watch", "SK 2", "")
    assert (first["kind"], first["by"], first["basis"]) == ("install", "Petugas", "SK 1")
    assert len(cli("history", "--last", "1", "--json").json["operations"]) == 1
    assert cli("history", "--region", "13.10").out == "Nothing was done yet.\n"


def test_without_an_operation_every_one_is_taken_up_and_one_that_cannot_be_is_told(cli: Cli, installed: Path) -> None:
    assert cli("resume").out == "Nothing was left: no operation is cut off or waits for a person.\n"
    leave(installed, "newer", [{"name": "step-to-come", "inputs": {}}])
    ran = cli("resume", "--region", "71.08")
    assert ran.code == 1
    assert "Left: configure of parks in 71.08 (newer). The journal of operation newer is of another version" in ran.out
    (told,) = cli("resume", "--json").json["operations"]
    assert (told["id"], told["state"], told["error"]["code"]) == ("newer", "running", "operation-failed")
    assert cli("resume", "--region", "13.10", "--json").json["operations"] == []


def test_undoing_is_asked_for(cli: Cli, installed: Path) -> None:
    leave(installed, "left", [{"name": "health-probe", "inputs": {"may_fail": False}}])
    (told,) = cli("resume", "left", "--undo", "--json").json["operations"]
    assert (told["state"], told["error"]) == ("undone", None)
    assert "Nothing was left" in cli("resume", "--undo").out


def test_wrong_words_are_told(cli: Cli, installed: Path) -> None:
    assert cli("resume", "left", "--region", "71.08").code == 2
    assert cli("resume", "nobody-began", "--json").json["error"]["code"] == "operation-failed"

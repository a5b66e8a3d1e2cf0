"""``smartcity doctor`` exits 1 when it finds something, and names the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.install import Instance
from smartcity_share.install.records import OperationRecord, OperationState
from tests.apps.factory import AppFactory
from tests.cli.conftest import Cli


def test_a_sound_instance_exits_0(cli: Cli, installed: Path) -> None:
    ran = cli("doctor")
    assert (ran.code, ran.out) == (0, "All is well: 1 installation looked at.\n")
    assert cli("doctor", "--json").json == {"findings": [], "installations": 1}
    assert installed.is_dir()


def test_findings_are_printed_with_their_mend_and_exit_1(
    cli: Cli, installed: Path, app_factory: AppFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(app_factory.installed("broken", plugin="import a_module_nobody_has\n"))
    (installed / "secrets" / "71.08" / "parks" / "token").chmod(0o644)
    ran = cli("doctor")
    assert ran.code == 1
    assert "error[app-import-failed] app broken" in ran.out
    assert "error[secret-unsafe] secret secrets/71.08/parks/token" in ran.out
    assert "mend: Close it with `chmod 600" in ran.out
    assert ran.out.endswith("2 findings, 1 installation looked at.\n")
    found = cli("doctor", "--json", "--region", "71.08")
    assert found.code == 1
    assert [finding["code"] for finding in found.json["findings"]] == ["secret-unsafe"]


def test_an_operation_that_was_cut_off_is_named_with_the_next_command(cli: Cli, served: Path) -> None:
    instance = Instance.open(served)
    plan = {"version": "1", "steps": []}
    state = OperationState.RUNNING
    left = OperationRecord("left", "install", "71.08", "parks", "me", "", state, instance.now(), None, "1@x", plan)
    instance.ledger.begin_operation(left)
    instance.close()
    assert "Run `smartcity resume left`" in cli("doctor").out
    assert cli("resume", "left").code == 0
    assert cli("doctor").code == 0


def test_a_lost_ledger_does_not_stop_the_doctor(cli: Cli, served: Path) -> None:
    (served / "ledger.sqlite").write_bytes(b"x" * 5000)
    ran = cli("doctor")
    assert ran.code == 1
    assert "ledger-damaged" in ran.out

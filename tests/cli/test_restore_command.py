"""``smartcity restore`` reads the whole backup first, asks before data are replaced, and makes a new instance on request."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from smartcity_share.hooks import code_folders
from smartcity_share.host.services import make_services
from smartcity_share.install import Instance
from tests.cli.conftest import Cli, everything


def test_data_that_are_there_are_replaced_only_when_that_is_said(cli: Cli, backup: Path) -> None:
    ran = cli("restore", backup)
    assert ran.code == 2
    assert "Nobody is here to confirm" in ran.err
    ran = cli("restore", backup, "--yes")
    assert ran.code == 0
    assert "Restored parks 1.0.0 in 71.08" in ran.out
    assert "is set aside, and goes when all is well" in ran.out


def test_the_plan_is_shown_and_nothing_is_changed(cli: Cli, installed: Path, backup: Path) -> None:
    before = everything(installed)
    ran = cli("restore", backup, "--plan")
    assert "load rows and files from b beside their place" in ran.out
    (plan,) = cli("restore", backup, "--plan", "--json").json["plans"]
    assert [step["name"] for step in plan["steps"]][-1] == "activate"
    assert cli("status", "--json").json["operations"] == []
    assert everything(installed) == before


def test_a_new_instance_is_made_for_it(cli: Cli, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in code_folders.added():
        code_folders.remove(folder)
    new = tmp_path / "new"
    assert "Make an instance in" in cli("restore", backup, "--into", new, "--plan").out
    assert not new.exists()
    ran = cli("restore", backup, "--into", new, "--json")
    assert ran.code == 0, ran.err or ran.out
    assert ran.json["restored"][0]["changed"]
    (found,) = cli("status", "--instance", new, "--json").json["installations"]
    assert (found["region"], found["app"], found["state"]) == ("71.08", "parks", "active")


def test_officials_and_the_audit_trail_are_in_the_new_instance(cli: Cli, installed: Path, tmp_path: Path) -> None:
    made = cli(
        "user", "add", "ani", "--name", "Ani M", "--role", "console:auditor", "--generate", "--region", "71.08", "--json"
    )
    assert cli("backup", "-o", tmp_path / "all").code == 0
    for folder in code_folders.added():
        code_folders.remove(folder)
    new = tmp_path / "new"
    assert "accounts and audit trail of 13.10, 71.08" in cli("restore", tmp_path / "all", "--into", new, "--plan").out
    ran = cli("restore", tmp_path / "all", "--into", new)
    assert "with the audit trail and 1 account\n" in ran.out
    assert "set each with `smartcity user password LOGIN`" in ran.out
    (found,) = cli("user", "list", "--instance", new, "--region", "71.08", "--json").json["accounts"]
    assert (found["login"], found["roles"], found["must_change"]) == ("ani", ["console:auditor"], True)
    with closing(Instance.open(new)) as instance:
        assert [one.action for one in instance.audit.entries("71.08")][:2] == ["app.restored", "account.added"]
        assert make_services(instance).accounts.password_matches("71.08", "ani", made.json["password"]) is None


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("restore", "nothing"), 2, "does not exist"),
        (("restore", "b", "--region", "13.10"), 1, "The backup does not hold 13.10"),
        (("restore", "b", "--app", "zoo"), 1, "Choose what it holds: 71.08/parks"),
        (("restore", "b", "--database", "sqlite"), 2, "Say `--into DIR` too"),
        (("restore", "text", "--yes"), 1, "backup-unusable"),
        (("restore", "b", "--identity", "text"), 2, "holds no private key"),
    ],
)
def test_what_cannot_work_is_refused(
    cli: Cli, backup: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, told: str
) -> None:
    monkeypatch.chdir(backup.parent)
    monkeypatch.setenv("SMARTCITY_INSTANCE", "instance")
    (backup.parent / "text").write_text("nothing\n" * 200)
    ran = cli(*words)
    assert ran.code == code
    assert told in ran.err

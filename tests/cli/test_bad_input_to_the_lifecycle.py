"""Bad input to the commands that change an installation: refused with the mend, before anything is changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pyrage import x25519

from smartcity_share.cli.main import execute
from tests.apps.factory import AppFactory, forgetting_imports
from tests.apps.gardens import gardens_one, gardens_two
from tests.cli.conftest import Cli, everything
from tests.install.conftest import tree
from tests.install.killing import Place, struck_at
from tests.small_disk import fill

HERE = ("--region", "71.08")
THERE = ("--region", "13.10")
Refused = Callable[..., str]


@pytest.fixture
def refused(cli: Cli, installed: Path) -> Refused:
    """Run a command that is refused: it ends with 1, says a mend, and leaves every byte and row as it was."""

    def run(*words: str | Path, folder: Path = installed) -> str:
        before = everything(folder)
        ran = cli(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "hint: " in ran.err
        assert everything(folder) == before
        return ran.err

    return run


def test_backup_cut_short(refused: Refused, backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-2000])
    assert "its end is missing; nothing was changed" in refused("restore", backup, "--yes")
    assert "cut short" in refused("backup", "--prove", backup)


def test_backup_altered(refused: Refused, backup: Path) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content.replace(b'"first"', b'"third"'))
    assert backup.read_bytes() != content
    assert "was altered, or is none" in refused("restore", backup, "--yes")
    assert "was altered, or is none" in refused("backup", "--prove", backup)


def test_backup_of_another_app(refused: Refused, backup: Path) -> None:
    assert "does not hold `gardens`" in refused("restore", backup, "--app", "gardens", "--yes")
    assert "does not hold 13.10" in refused("restore", backup, *THERE, "--yes")


def test_backup_encrypted_to_other_keys(cli: Cli, refused: Refused, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(str(x25519.Identity.generate()))
    words = ("-o", tmp_path / "e", "--encrypt-to", x25519.Identity.generate().to_public())
    assert cli("backup", "parks", *HERE, *words).code == 0
    assert "encrypted to other keys" in refused("restore", tmp_path / "e", "--identity", tmp_path / "key", "--yes")
    assert "--identity FILE" in refused("restore", tmp_path / "e", "--yes")
    assert "encrypted to other keys" in refused("backup", "--prove", tmp_path / "e", "--identity", tmp_path / "key")


def test_backup_of_a_newer_epoch_than_the_code_pip_installed(
    cli: Cli, served: Path, app_factory: AppFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forgetting_imports(), monkeypatch.context() as patch:
        patch.syspath_prepend(app_factory.unpack(gardens_two(app_factory)))
        assert cli("install", "gardens", *HERE, "--set", "title=Taman", "--set", "contact=Sari").code == 0
        assert cli("backup", "gardens", *HERE, "-o", tmp_path / "b").code == 0
    other = tmp_path / "other"
    assert cli("init", other, "--region", "71.08").code == 0
    monkeypatch.syspath_prepend(app_factory.unpack(gardens_one(app_factory)))
    before = everything(other)
    ran = cli("restore", tmp_path / "b", "--instance", other, "--yes")
    assert (ran.code, "here is smartcity-test-gardens 1.0.0 (code-differs)" in ran.err) == (1, True)
    assert 'mend: Install it: `pip install "smartcity-test-gardens==2.0.0"`' in ran.err
    assert everything(other) == before


def test_wheel_whose_hash_differs(refused: Refused, parks_wheel: Path, tmp_path: Path) -> None:
    changed = tmp_path / parks_wheel.name
    with zipfile.ZipFile(parks_wheel) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name) + (b"# changed\n" if name.endswith("plugin.py") else b""))
    for words in (("install", *THERE, "--set", "public_name=Kebun"), ("upgrade", "parks", *HERE)):
        told = refused(*words, "--from", changed)
        assert "plugin.py is not the file that was recorded" in told
        assert "Fetch it again and compare its SHA-256" in told


def test_answers_file_with_unknown_keys(refused: Refused, parks_wheel: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('public_name = "Kebun"\nopening_our = 5\nowner = "x"\n')
    for words in (("install", "--from", parks_wheel, *THERE), ("configure", "parks", *HERE)):
        told = refused(*words, "--answers", answers)
        assert "answers.toml:2:1 [opening_our]" in told
        assert "Did you mean `opening_hour`?" in told
        assert "answers.toml:3:1 [owner]" in told


def test_rollback_to_a_version_never_installed(refused: Refused) -> None:
    for named in ("parks==9.9", "parks"):
        assert "Name one of them, or restore a backup" in refused("rollback", named, *HERE, "--yes")


def test_two_operations_at_once(cli: Cli, refused: Refused, installed: Path) -> None:
    with another_process_at_work("configure", "parks", *HERE, "--set", "public_name=Kebun", "--by", "Ibu Sari"):
        for words in (
            ("configure", "parks", *HERE, "--set", "public_name=Lain"),
            ("remove", "parks", *HERE, "--no-export", "--yes"),
        ):
            told = refused(*words)
            assert "Ibu Sari" in told
            assert "has not ended" in told
    (done, _) = cli("history", "--json").json["operations"]
    assert (done["kind"], done["state"]) == ("configure", "done")


@contextmanager
def another_process_at_work(*words: str | Path) -> Iterator[None]:
    """Let another process carry out a command, and wait in the middle of it as long as this lasts."""
    (reached, arrive), (going_on, go_on) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with struck_at(Place(1, "health-probe", "row"), lambda: (os.write(arrive, b"."), os.read(going_on, 1))):
                os._exit(execute([str(word) for word in words]))
        finally:
            os._exit(9)
    os.close(arrive)
    assert os.read(reached, 1) == b"."
    try:
        yield
    finally:
        os.write(go_on, b".")
        _, status = os.waitpid(child, 0)
        for handle in (reached, going_on, go_on):
            os.close(handle)
    assert os.waitstatus_to_exitcode(status) == 0


def test_full_disk(cli: Cli, installed: Path, backup: Path, parks_wheel: Path, small_disk: Path) -> None:
    folder = small_disk / "instance"
    shutil.copytree(installed, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ballast = fill(small_disk)
    with forgetting_imports():
        for words in every_change(parks_wheel, backup):
            ran = cli(*words, "--instance", folder)
            assert (ran.code, "The disk is full: make room" in ran.err) == (1, True), (words, ran)
        assert "The disk is full: make room" in cli("doctor", "--instance", folder).out
        ballast.write_bytes(bytes(18 << 20))
        ran = cli("backup", "parks", *HERE, "--instance", folder)
        assert (ran.code, "disk-short" in ran.err, "mend: Free some room" in ran.err) == (1, True, True)
    assert {path: path.read_bytes() for path in before} == before
    assert [one["kind"] for one in cli("history", "--instance", folder, "--json").json["operations"]] == ["backup", "install"]


def test_ledger_from_the_future(cli: Cli, installed: Path, backup: Path, parks_wheel: Path) -> None:
    with closing(sqlite3.connect(installed / "ledger.sqlite")) as connection, connection:
        connection.execute("UPDATE ledger_schema SET version = 7")
    side_files = ("ledger.sqlite-", "accounts.sqlite-", "__pycache__")
    before = tree(installed, without=side_files)
    for words in every_change(parks_wheel, backup):
        ran = cli(*words)
        assert (ran.code, "version 7" in ran.err, "hint: " in ran.err) == (1, True, True), (words, ran)
    assert tree(installed, without=side_files) == before
    assert not (backup.parent / "never").exists()


def every_change(wheel: Path, backup: Path) -> tuple[tuple[str | Path, ...], ...]:
    """Return a command line of each command that changes an installation."""
    return (
        ("install", "--from", wheel, *THERE, "--set", "public_name=Kebun"),
        ("configure", "parks", *HERE, "--set", "public_name=Kebun"),
        ("upgrade", "parks", "--from", wheel, *HERE),
        ("rollback", "parks", *HERE, "--yes"),
        ("backup", "parks", *HERE, "-o", backup.parent / "never"),
        ("backup", "--prove", backup),
        ("restore", backup, "--yes"),
        ("remove", "parks", *HERE, "--no-export", "--yes"),
        ("resume",),
    )

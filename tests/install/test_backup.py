"""One file holds an installation, or everything: one state of it, checksummed, whole or not there."""

from __future__ import annotations

import itertools
import os
import subprocess
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Connection, text

from smartcity_share.errors import (
    InstallationNotFoundError,
    OperationError,
    RefusedError,
    SecretError,
    UsageError,
)
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    backup_installation,
    install_app,
    open_installation,
    planned_backup,
    resume_operation,
)
from smartcity_share.install.apply import apply
from smartcity_share.install.backup.making import prune
from smartcity_share.install.backup.naming import drop_reserved
from smartcity_share.install.backup.reading import read_backup
from smartcity_share.install.records import InstallationState, OperationState
from smartcity_share.install.steps.backup import RecordBackup, VerifyBackup
from tests.install.conftest import NOW, OTHER, REGION
from tests.kept import Brought

ID = f"{REGION}/parks"


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with an app in one region."""
    answers = {"public_name": "Taman", "token": "marker-1", "sender": "a@b"}
    return brought(__name__, lambda own: install_app(own, REGION, parks_wheel, answers, actor=actor, basis="SK 1"))


def ticking() -> Callable[[], datetime]:
    """Return a clock that goes on by a second each time somebody looks."""
    seconds = itertools.count()
    return lambda: NOW + timedelta(seconds=next(seconds))


def add(connection: Connection, name: str) -> None:
    connection.execute(text("INSERT INTO park (name, note) VALUES (:name, NULL)"), {"name": name})


def test_a_backup_holds_rows_files_settings_with_provenance_profile_and_code(
    parks: Instance, actor: Actor, tmp_path: Path
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    read = read_backup(tmp_path / "b", ())
    found = read.installations[ID]
    (facts,) = read.head.installations
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    assert (facts.version, facts.data_epoch, facts.code.wheel) == ("1.0.0", 1, record.code_digest)
    assert read.head.instance == parks.config.id
    assert read.end.tables[ID]["park"].rows == 1
    assert read.end.files[ID] == 1
    by_key = {one.key: one for one in found.settings.settings}
    assert (by_key["public_name"].value, by_key["public_name"].basis, by_key["sender"].shared) == ("Taman", "SK 1", True)
    assert by_key["token"].is_secret


def test_without_encryption_no_secret_is_in_it_and_the_plan_says_so(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    assert planned_backup(parks, REGION, "parks").notices == ("1 secret will not be in it: encrypt it with `--encrypt-to KEY`",)
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    assert b"marker-1" not in (tmp_path / "b").read_bytes()


def test_it_is_a_tar_and_its_list_of_digests_is_what_sha256sum_checks(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "xf", tmp_path / "b", "-C", tmp_path / "out"], check=True)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], check=True, cwd=tmp_path / "out")


def test_without_a_name_it_lies_in_the_instance_readable_by_the_owner_alone(parks: Instance, actor: Actor) -> None:
    backup_installation(parks, REGION, "parks", actor=actor)
    (file,) = parks.layout.backups.iterdir()
    assert file.name == "71.08-parks-20260302-013000.smartcity-backup"
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_is_entered_in_the_ledger_and_in_the_audit_trail(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    outcome = backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, basis="SK 2")
    (made,) = parks.ledger.backups(REGION, "parks")
    assert outcome.operation is not None
    assert (made.operation, made.file, made.made_at) == (outcome.operation.id, str(tmp_path / "b"), parks.now())
    assert made.size == (tmp_path / "b").stat().st_size
    entry = parks.audit.entries(REGION, app="parks")[0]
    assert (entry.action, entry.detail["sha256"], entry.detail["basis"]) == ("backup.made", made.digest, "SK 2")


def test_everything_an_instance_serves_goes_to_one_file(
    parks: Instance, parks_wheel: Path, actor: Actor, tmp_path: Path
) -> None:
    install_app(parks, OTHER, parks_wheel, {"public_name": "Kebun"}, actor=actor)
    backup_installation(parks, None, None, tmp_path / "all", actor=actor)
    read = read_backup(tmp_path / "all", ())
    assert read.head.kind == "instance"
    assert sorted(read.installations) == [f"{OTHER}/parks", ID]
    assert len({facts.code.location for facts in read.head.installations}) == 1
    assert {record.region for record in parks.ledger.backups()} == {REGION, OTHER}


def test_rows_and_files_are_of_one_state_while_the_app_is_written_to(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    installation = open_installation(parks, REGION, "parks")
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            name = f"photo-{number:06}"
            installation.files.write(f"photos/{name}", name.encode())
            with installation.database.begin() as connection:
                add(connection, name)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for place in range(5):
            backup_installation(parks, REGION, "parks", tmp_path / f"b{place}", actor=actor)
    finally:
        stop.set()
        writer.join()
    for place in range(5):
        out = tmp_path / f"out{place}"
        out.mkdir()
        subprocess.run(["tar", "xf", tmp_path / f"b{place}", "-C", out], check=True)
        home = out / "installations" / REGION / "parks"
        rows = "".join(path.read_text("utf-8") for path in sorted((home / "tables").rglob("*.jsonl")))
        files = {path.name for path in (home / "files" / "photos").iterdir()} if (home / "files" / "photos").is_dir() else set()
        named = {word for word in rows.replace('"', " ").split() if word.startswith("photo-")}
        assert named <= files
        assert len(files - named) <= 1


def test_a_stored_file_that_is_replaced_and_one_that_is_deleted_meanwhile_are_kept_as_they_were(tmp_path: Path) -> None:
    from smartcity_share.install.backup.frozen import freeze
    from smartcity_share.install.storage.files import LocalFileStore

    store = LocalFileStore(tmp_path / "files")
    store.write("a/one", b"1")
    store.write("a/two", b"2")
    freeze(store.folder, tmp_path / "frozen")
    store.write("a/one", b"new")
    store.delete("a/two")
    assert (tmp_path / "frozen" / "a" / "one").read_bytes() == b"1"
    assert (tmp_path / "frozen" / "a" / "two").read_bytes() == b"2"
    freeze(store.folder, tmp_path / "frozen")
    assert (tmp_path / "frozen" / "a" / "one").read_bytes() == b"new"
    assert not (tmp_path / "frozen" / "a" / "two").exists()


def test_a_file_of_that_name_is_not_overwritten(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(RefusedError) as caught:
        backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["backup-file-taken"]
    assert (tmp_path / "b").read_text() == "mine"


def unlinked(*_: object) -> None:
    raise OSError(1, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_while_it_is_written_is_neither_overwritten_nor_removed(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", unlinked)
    (tmp_path / "out").mkdir()
    plan = planned_backup(parks, REGION, "parks", tmp_path / "out" / "b")
    (tmp_path / "out" / "b").write_text("mine")
    with pytest.raises(OperationError, match="it stays as it is"):
        apply(plan, parks, actor)
    assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == {"b": "mine"}
    assert parks.ledger.backups() == ()


def test_a_disk_without_hard_links_takes_a_backup(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", unlinked)
    (tmp_path / "out").mkdir()
    backup_installation(parks, REGION, "parks", tmp_path / "out" / "b", actor=actor)
    assert read_backup(tmp_path / "out" / "b", ()).end.files == {ID: 1}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b"]


def test_a_name_that_was_only_kept_is_given_up_again(tmp_path: Path) -> None:
    """The power fails on a disk without hard links, after the name was taken and before the backup had it."""
    (tmp_path / "b").write_text("20260302-013000-abcdef")
    drop_reserved(tmp_path / "b", "20260302-013000-123456")
    assert (tmp_path / "b").exists()
    drop_reserved(tmp_path / "b", "20260302-013000-abcdef")
    assert not (tmp_path / "b").exists()


def test_a_disk_with_too_little_room_is_refused_before_anything_begins(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartcity_share.install.backup.making.free_bytes", lambda _: 1000)
    with pytest.raises(RefusedError) as caught:
        backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["disk-short"]


def test_enospc_during_backup_leaves_nothing_behind(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os, "fsync", _only_for(os.fsync, full, tmp_path / "out"))
    with pytest.raises(OperationError, match="No space left"):
        backup_installation(parks, REGION, "parks", tmp_path / "out" / "b", actor=actor)
    assert list((tmp_path / "out").iterdir()) == []
    assert list(parks.layout.scratch.iterdir()) == []
    assert parks.ledger.backups() == ()


def _only_for(original, instead, folder: Path):  # noqa: ANN001, ANN202 - a wrapper
    def chosen(handle: int) -> None:
        place = Path(f"/proc/self/fd/{handle}").readlink()
        (instead if place.is_relative_to(folder) else original)(handle)

    return chosen


@pytest.mark.parametrize("kind", [VerifyBackup, RecordBackup])
def test_a_failing_step_leaves_no_backup(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type
) -> None:
    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(kind, "do", failing)
    with pytest.raises(OperationError, match="Everything is as it was"):
        backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    assert not (tmp_path / "b").exists()
    assert parks.ledger.backups() == ()


def test_a_process_killed_while_it_writes_leaves_a_file_that_is_taken_away(
    parks: Instance, actor: Actor, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    parks.close()
    child = os.fork()
    if child == 0:
        try:
            VerifyBackup.do = lambda *_: os._exit(9)  # type: ignore[method-assign,assignment]
            backup_installation(Instance.open(parks.folder), REGION, "parks", tmp_path / "out" / "b", actor=actor)
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    after = Instance.open(parks.folder, now=parks.now)
    (left,) = after.ledger.operations(OperationState.RUNNING)
    resume_operation(after, left.id, actor=actor, undo=True)
    assert list((tmp_path / "out").iterdir()) == []
    after.close()


def test_changed_code_is_not_backed_up_as_if_it_were_the_release(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    (plugin,) = parks.layout.code.rglob("plugin.py")
    plugin.write_text("# changed\n")
    with pytest.raises(OperationError, match="is not what was installed"):
        backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)


def test_a_secret_that_others_can_read_stops_an_encrypted_backup(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    from pyrage import x25519

    next(parks.layout.all_secrets.rglob("token")).chmod(0o644)
    key = str(x25519.Identity.generate().to_public())
    with pytest.raises(OperationError, match="can be read by others") as caught:
        backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, encrypt_to=[key])
    assert isinstance(caught.value.__cause__, SecretError)


def test_only_the_last_backups_of_the_same_installation_are_kept(
    parks: Instance, parks_wheel: Path, actor: Actor, tmp_path: Path
) -> None:
    parks.now = ticking()
    install_app(parks, OTHER, parks_wheel, {"public_name": "Kebun"}, actor=actor)
    backup_installation(parks, OTHER, "parks", tmp_path / "other", actor=actor)
    for name in ("1", "2", "3"):
        backup_installation(parks, REGION, "parks", tmp_path / name, actor=actor, keep=2)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["2", "3", "other"]
    assert [Path(one.file).name for one in parks.ledger.backups(REGION)] == ["2", "3"]


def test_the_newest_proven_backup_is_never_pruned(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    parks.now = ticking()
    for name in ("1", "2", "3"):
        outcome = backup_installation(parks, REGION, "parks", tmp_path / name, actor=actor)
        if name == "1":
            parks.ledger.record_backups([attrs.evolve(one, proven_at=parks.now()) for one in parks.ledger.backups()])
    assert prune(parks, outcome, 1) == (str(tmp_path / "2"),)


def test_what_an_operation_has_not_ended_on_is_left_out_and_no_older_backup_goes(
    parks: Instance, parks_wheel: Path, actor: Actor, tmp_path: Path
) -> None:
    """A restore was cut off with the data set aside: a backup would find no tables, call that good and remove older ones."""
    parks.now = ticking()
    install_app(parks, OTHER, parks_wheel, {"public_name": "Kebun"}, actor=actor)
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    for state in set(InstallationState) - {InstallationState.ACTIVE, InstallationState.REMOVED}:
        parks.ledger.put_installation(attrs.evolve(record, state=state))
        for app in ("parks", None):
            (fault,) = planned_backup(parks, REGION, app).refusals
            assert (fault.code, "`smartcity resume`" in fault.mend) == ("not-in-use", True)
    (tmp_path / "out").mkdir()
    for name in ("1", "2"):
        outcome = backup_installation(parks, None, None, tmp_path / "out" / name, keep=1, actor=actor)
    assert "it is left out" in outcome.plan.notices[0]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1", "2"]
    assert list(read_backup(tmp_path / "out" / "2", ()).installations) == [f"{OTHER}/parks"]


def test_an_operation_that_begins_meanwhile_stops_the_backup(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    plan = planned_backup(parks, None, None, tmp_path / "b")
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    parks.ledger.put_installation(attrs.evolve(record, state=InstallationState.RESTORING))
    with pytest.raises(OperationError, match="was changed by another operation"):
        apply(plan, parks, actor)
    assert not (tmp_path / "b").exists()


def test_what_is_not_installed_or_no_key_is_refused(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    with pytest.raises(InstallationNotFoundError):
        backup_installation(parks, OTHER, "parks", tmp_path / "b", actor=actor)
    with pytest.raises(RefusedError) as caught:
        backup_installation(parks, OTHER, None, tmp_path / "b", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["nothing-to-back-up"]
    with pytest.raises(UsageError, match="is no public key"):
        backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, encrypt_to=["age1nonsense"])
    with pytest.raises(UsageError, match="cannot be read"):
        backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, encrypt_to=["keys.txt"])

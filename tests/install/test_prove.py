"""A backup counts once it was restored: beside, compared, the app asked, the time kept; nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import text

from smartcity_share.errors import BackupError, OperationError, RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    backup_installation,
    configure_app,
    erase_app,
    install_app,
    open_installation,
    prove_backup,
    remove_app,
)
from smartcity_share.install.steps.base import StepContext
from smartcity_share.install.steps.prove import RecordProof
from smartcity_share.install.storage.postgres_storage import PostgresStorage
from tests.install.conftest import REGION, tree
from tests.kept import Brought


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with an app in one region."""
    answers = {"public_name": "Taman", "token": "marker-1", "sender": "a@b"}
    return brought(__name__, lambda own: install_app(own, REGION, parks_wheel, answers, actor=actor))


@pytest.fixture
def backup(parks: Instance, actor: Actor, tmp_path: Path) -> Path:
    """A backup of it."""
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    return tmp_path / "b"


def schemas(instance: Instance) -> list[str]:
    if not isinstance(instance.storage, PostgresStorage):
        return []
    with instance.storage.pool.connect() as connection:
        return sorted(name for (name,) in connection.execute(text("SELECT nspname FROM pg_namespace")))


def lasting(instance: Instance) -> dict[str, bytes]:
    """Every file of the instance but those SQLite makes and takes away beside a database that is open."""
    return {name: content for name, content in tree(instance.folder).items() if not name.endswith(("-wal", "-shm"))}


def test_the_proof_is_kept_with_the_backup_and_nothing_else_is_changed(parks: Instance, backup: Path, actor: Actor) -> None:
    with open_installation(parks, REGION, "parks").database.begin() as connection:
        connection.execute(text("INSERT INTO park (name) VALUES ('later')"))
    parks.close()
    before, found = lasting(parks), schemas(parks)
    prove_backup(parks, backup, actor=actor)
    (kept,) = parks.ledger.backups(REGION, "parks")
    assert kept.proven_at == parks.now()
    assert kept.recovery_seconds is not None
    assert kept.recovery_seconds > 0
    parks.close()
    assert (lasting(parks), schemas(parks)) == (before, found)
    assert parks.audit.entries(REGION, app="parks")[0].action == "backup.proven"


def test_an_encrypted_one_is_proven_with_its_key(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    key = x25519.Identity.generate()
    (tmp_path / "key").write_text(str(key))
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, encrypt_to=[str(key.to_public())])
    with pytest.raises(BackupError, match="is encrypted"):
        prove_backup(parks, tmp_path / "b", actor=actor)
    prove_backup(parks, tmp_path / "b", identity=tmp_path / "key", actor=actor)
    assert all(one.proven_at is not None for one in parks.ledger.backups())


def test_the_settings_of_the_backup_are_what_the_app_is_asked_with(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_share.install.steps.hooks import HealthProbe

    monkeypatch.setattr(HealthProbe, "do", lambda *_: None)
    configure_app(parks, REGION, "parks", {"public_name": "sick"}, actor=actor)
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    configure_app(parks, REGION, "parks", {"public_name": "Taman"}, actor=actor)
    with pytest.raises(OperationError, match="Restored beside, the app says it does not work: the park is closed"):
        prove_backup(parks, tmp_path / "b", actor=actor)
    assert [one.proven_at for one in parks.ledger.backups()] == [None]


def test_one_whose_rows_do_not_come_back_is_not_proven(
    parks: Instance, backup: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_share.install.backup.loading import Loading

    original = Loading.load

    def losing(self, data, folder):  # noqa: ANN001, ANN202 - a wrapper
        ends = original(self, data, folder)
        with data.database.begin() as connection:
            connection.execute(text("DELETE FROM park"))
        return ends

    monkeypatch.setattr(Loading, "load", losing)
    with pytest.raises(OperationError, match="the rows of `park` differ"):
        prove_backup(parks, backup, actor=actor)
    assert [one.proven_at for one in parks.ledger.backups()] == [None]


def test_a_file_that_does_not_come_back_is_told(
    parks: Instance, backup: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_share.install.backup.loading import Loading

    original = Loading.load

    def spoiling(self, data, folder):  # noqa: ANN001, ANN202 - a wrapper
        ends = original(self, data, folder)
        (folder / "files" / "map" / "first.txt").write_bytes(b"a mop")
        return ends

    monkeypatch.setattr(Loading, "load", spoiling)
    with pytest.raises(OperationError, match=r"the file map/first.txt differs"):
        prove_backup(parks, backup, actor=actor)


def test_a_proof_that_is_undone_is_none_and_an_earlier_one_stays(
    parks: Instance, backup: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails when the proof is entered already: neither the ledger nor the trail may say that it was proven."""
    original = RecordProof.do

    def failing(self: RecordProof, context: StepContext) -> None:
        original(self, context)
        raise OSError(5, "Input/output error")

    for earlier in (False, True):
        if earlier:
            prove_backup(parks, backup, actor=actor)
        before = parks.ledger.backups()
        with monkeypatch.context() as patch:
            patch.setattr(RecordProof, "do", failing)
            with pytest.raises(OperationError, match="Everything is as it was"):
                prove_backup(parks, backup, actor=actor)
        assert parks.ledger.backups() == before
        assert (before[0].proven_at is not None) == earlier
        assert parks.audit.entries(REGION, app="parks")[0].action == "backup.proven.undone"


def test_a_proof_that_another_process_began_does_not_say_how_long_it_took(
    parks: Instance, backup: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock that was read before the power failed has begun anew: what it shows now says nothing."""
    monkeypatch.setattr("smartcity_share.install.steps.restore_data.this_process", lambda: "1:1@elsewhere/before")
    prove_backup(parks, backup, actor=actor)
    (kept,) = parks.ledger.backups(REGION, "parks")
    assert (kept.proven_at, kept.recovery_seconds) == (parks.now(), None)


def test_one_of_other_code_is_refused_with_the_way_to_prove_it(parks: Instance, backup: Path, actor: Actor) -> None:
    remove_app(parks, REGION, "parks", export=None, without_export=True, actor=actor)
    erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    with pytest.raises(RefusedError) as caught:
        prove_backup(parks, backup, actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["code-differs"]
    assert "--into DIR" in caught.value.faults[0].mend


def test_one_that_was_cut_short_is_refused(parks: Instance, backup: Path, actor: Actor) -> None:
    backup.write_bytes(backup.read_bytes()[:-600])
    with pytest.raises(BackupError, match="cut short"):
        prove_backup(parks, backup, actor=actor)

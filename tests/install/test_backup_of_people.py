"""A backup of a whole region holds its accounts and its audit trail: a new instance begins with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import text

from smartcity_share.errors import BackupError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, backup_installation, install_app, restore_backup
from smartcity_share.install.audit import AuditLog
from smartcity_share.install.backup.elsewhere import make_instance_for
from smartcity_share.install.backup.people import NO_PASSWORD, KeptAccount, KeptAccounts, KeptRole, accounts_of, put_accounts
from smartcity_share.install.backup.restoring import Backup
from tests.install.conftest import OTHER, REGION, new_process

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g"


def official(name: str, *roles: KeptRole) -> KeptAccount:
    return KeptAccount(
        id=f"id-{name}",
        login=name,
        name=name.title(),
        office="dinas-taman",
        password=HASH,
        must_change=False,
        disabled=name == "budi",
        created_at=1.5,
        password_set_at=2.5,
        signed_in_at=None,
        roles=roles,
    )


SARI, BUDI = official("sari", KeptRole(app="parks", role="editor")), official("budi")


@pytest.fixture
def people(instance: Instance, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with an app in one region, and officials in both."""
    with new_process(instance) as own:
        install_app(own, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    with instance.accounts_database.begin() as connection:
        put_accounts(connection, REGION, KeptAccounts(accounts=(SARI,)))
        put_accounts(connection, OTHER, KeptAccounts(accounts=(BUDI,)))
    for region in (REGION, OTHER):
        instance.audit.record(region, "", actor, "account.added", "sari")
    return instance


def accounts(instance: Instance, region: str) -> tuple[KeptAccount, ...]:
    with instance.accounts_database.begin() as connection:
        return accounts_of(connection, region, passwords=True).accounts


@contextmanager
def new_instance(file: Path, folder: Path, url: str = "sqlite", key: Path | None = None) -> Iterator[Instance]:
    """The instance that ``smartcity restore FILE --into DIR`` makes, before any app is restored."""
    make_instance_for(Backup.opened(file, key), folder, database=url)
    with closing(Instance.open(folder)) as made:
        yield made


def test_accounts_roles_and_trail_begin_a_new_instance_on_the_other_engine(
    people: Instance, actor: Actor, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    key = x25519.Identity.generate()
    (tmp_path / "key").write_text(str(key))
    trails = {region: people.audit.entries(region) for region in (REGION, OTHER)}
    backup_installation(people, None, None, tmp_path / "b", encrypt_to=[str(key.to_public())], actor=actor)
    url = "sqlite"
    if people.storage.engine_name == "sqlite":
        server = request.getfixturevalue("postgresql")
        url = request.getfixturevalue("postgresql_url")
        assert server
    shutil.rmtree(people.layout.code)  # the other machine has nothing of this one
    with new_instance(tmp_path / "b", tmp_path / "new", url, tmp_path / "key") as new:
        assert (new.region_codes, accounts(new, REGION), accounts(new, OTHER)) == ((OTHER, REGION), (SARI,), (BUDI,))
        for region, trail in trails.items():
            found = new.audit.entries(region)
            assert [(one.position, one.hash) for one in found] == [(one.position, one.hash) for one in trail]
            assert new.audit.verify(region).broken_at is None
    with new_process(new) as own:
        restore_backup(own, tmp_path / "b", identity=tmp_path / "key", actor=actor)
        assert own.audit.entries(REGION)[0].action == "app.restored"
        assert own.audit.verify(REGION).broken_at is None


def test_without_encryption_no_password_is_in_it(people: Instance, actor: Actor, tmp_path: Path) -> None:
    outcome = backup_installation(people, REGION, None, tmp_path / "b", actor=actor)
    assert any("passwords of accounts will not be in it" in notice for notice in outcome.plan.notices)
    assert b"argon2" not in (tmp_path / "b").read_bytes()
    with new_instance(tmp_path / "b", tmp_path / "new") as new:
        (found,) = accounts(new, REGION)
        assert (found.login, found.password, found.must_change, found.roles) == ("sari", NO_PASSWORD, True, SARI.roles)
        assert new.region_codes == (REGION,)


def test_one_of_an_app_alone_holds_nobody(people: Instance, actor: Actor, tmp_path: Path) -> None:
    for region, name in ((REGION, "one"), (None, "every")):
        backup_installation(people, region, "parks", tmp_path / name, actor=actor)
        assert Backup.opened(tmp_path / name).read.people == {}
        assert b"dinas-taman" not in (tmp_path / name).read_bytes()


def test_a_trail_somebody_broke_comes_back_as_it_is(people: Instance, actor: Actor, tmp_path: Path) -> None:
    with people.accounts_database.begin() as connection:
        if people.storage.engine_name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_no_update"))
        else:
            connection.execute(text("DROP TRIGGER audit_no_change ON audit"))
        connection.execute(text("UPDATE audit SET name = 'somebody else' WHERE position = 1"))
    backup_installation(people, None, None, tmp_path / "b", actor=actor)
    with new_instance(tmp_path / "b", tmp_path / "new") as new:
        assert new.audit.verify(REGION).broken_at == 1


def test_a_trail_that_does_not_come_back_whole_makes_no_instance(
    people: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_installation(people, None, None, tmp_path / "b", actor=actor)
    original = AuditLog.put_chain
    monkeypatch.setattr(AuditLog, "put_chain", staticmethod(lambda connection, rows: original(connection, rows[:-1])))
    backup = Backup.opened(tmp_path / "b")
    with pytest.raises(BackupError, match="did not come back as it is in the backup; nothing was made"):
        make_instance_for(backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()

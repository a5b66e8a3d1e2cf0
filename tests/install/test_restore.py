"""What a backup holds comes back: here, elsewhere, on the other engine; what was there waits aside until all is well."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import text

from smartcity_share import durable
from smartcity_share.errors import BackupError, OperationError, RefusedError
from smartcity_share.hooks import code_folders
from smartcity_share.hooks.discover import discover
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    backup_installation,
    configure_app,
    diagnose,
    erase_app,
    install_app,
    open_installation,
    prepared_overrides,
    remove_app,
    restore_backup,
)
from smartcity_share.install.backup.documents import CodeFacts
from smartcity_share.install.backup.restoring import Backup, planned_restore
from smartcity_share.install.kept_states import KeptStates
from smartcity_share.install.records import InstallationState
from tests.apps.factory import PREFIX, AppFactory
from tests.install.conftest import MANIFEST, NOW, OTHER, PARKS, REGION, tree
from tests.install.everything import EVERYTHING, fill, stored
from tests.kept import Brought

ID = f"{REGION}/parks"
Make = Callable[[str], Instance]


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes instances, each on the engine that is asked for."""
    with ExitStack() as stack:

        def made(engine: str) -> Instance:
            place = tmp_path / f"instance-{len(list(tmp_path.glob('instance-*')))}"
            url = "sqlite"
            if engine == "postgresql":
                server = request.getfixturevalue("postgresql")
                url = stack.enter_context(server.database())
            another_process()
            instance = Instance.create(place, [REGION, OTHER], now=lambda: NOW, database=url)
            stack.callback(instance.close)
            return instance

        yield made


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with an app in one region."""
    answers = {"public_name": "Taman", "token": "marker-1", "sender": "a@b", "opening_hour": 5}
    return brought(__name__, lambda own: install_app(own, REGION, parks_wheel, answers, actor=actor, basis="SK 1"))


def another_process() -> None:
    """Forget what this process imported of apps: another instance has the same package in a folder of its own."""
    for folder in code_folders.added():
        code_folders.remove(folder)
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        del sys.modules[name]


def names(instance: Instance, region: str = REGION) -> list[str]:
    installation = open_installation(instance, region, "parks")
    with installation.database.engine.connect() as connection:
        return [str(name) for (name,) in connection.execute(text("SELECT name FROM park ORDER BY id"))]


def add(instance: Instance, name: str) -> None:
    with open_installation(instance, REGION, "parks").database.begin() as connection:
        connection.execute(text("INSERT INTO park (name, note) VALUES (:name, NULL)"), {"name": name})


def test_rows_files_and_settings_come_back_as_they_were(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    before = parks.ledger.settings(REGION, "parks")
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    add(parks, "later")
    open_installation(parks, REGION, "parks").files.write("map/first.txt", b"changed")
    open_installation(parks, REGION, "parks").files.write("map/second.txt", b"new")
    restore_backup(parks, tmp_path / "b", actor=actor)
    assert names(parks) == ["first"]
    installation = open_installation(parks, REGION, "parks")
    assert list(installation.files.names()) == ["map/first.txt"]
    with installation.files.open("map/first.txt") as file:
        assert file.read() == b"a map"
    assert parks.ledger.settings(REGION, "parks") == before
    assert installation.settings.token.get_secret_value() == "marker-1"
    assert diagnose(parks, timeout=20) == ()
    assert list(parks.layout.scratch.iterdir()) == []
    entry = parks.audit.entries(REGION, app="parks")[0]
    assert entry.action == "app.restored"


def test_states_kept_before_a_restore_go_with_their_rows_and_secrets(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    KeptStates(parks, REGION, "parks").take("op1", "upgrade", record)
    assert parks.data(REGION, "parks").snapshots() == {"op1"}
    restore_backup(parks, tmp_path / "b", actor=actor)
    assert parks.data(REGION, "parks").snapshots() == frozenset()
    assert not (parks.layout.secrets(REGION, "parks") / ".kept").exists()
    assert names(parks) == ["first"]


def test_a_removed_app_comes_back_with_its_code(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    key = x25519.Identity.generate()
    (tmp_path / "key").write_text(str(key))
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, encrypt_to=[str(key.to_public())])
    record = parks.ledger.installation(REGION, "parks")
    remove_app(parks, REGION, "parks", export=None, without_export=True, actor=actor)
    erase_app(parks, REGION, "parks", signed_off_by="Sekretaris Daerah", actor=actor)
    assert list(parks.layout.code.iterdir()) == []
    restore_backup(parks, tmp_path / "b", identity=tmp_path / "key", actor=actor)
    assert parks.ledger.installation(REGION, "parks") == record
    assert names(parks) == ["first"]
    assert open_installation(parks, REGION, "parks").settings.token.get_secret_value() == "marker-1"
    assert diagnose(parks, timeout=20) == ()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_another_instance_on_either_engine_takes_it(
    parks: Instance, make: Make, actor: Actor, tmp_path: Path, target: str
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    shutil.rmtree(parks.layout.code)  # the other machine has nothing of this one
    other = make(target)
    restore_backup(other, tmp_path / "b", secrets={"token": "marker-2"}, actor=actor)
    assert names(other) == ["first"]
    add(other, "next")
    assert names(other) == ["first", "next"]
    installation = open_installation(other, REGION, "parks")
    assert (installation.settings.sender, installation.settings.token.get_secret_value()) == ("a@b", "marker-2")
    value = next(one for one in other.ledger.settings(REGION, "parks") if one.key == "public_name")
    assert (value.set_by, value.basis, value.set_at) == ("IT officer", "SK 1", NOW)
    assert diagnose(other, timeout=20) == ()


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_every_kind_of_column_comes_back_equal_on_either_engine(
    make: Make, app_factory: AppFactory, actor: Actor, tmp_path: Path, source: str, target: str
) -> None:
    wheel = app_factory.wheel("parks", plugin=EVERYTHING, manifest=MANIFEST)
    here = make(source)
    install_app(here, REGION, wheel, actor=actor)
    fill(open_installation(here, REGION, "parks").database)
    before = stored(open_installation(here, REGION, "parks").database)
    backup_installation(here, REGION, "parks", tmp_path / "b", actor=actor)
    there = make(target)
    restore_backup(there, tmp_path / "b", actor=actor)
    database = open_installation(there, REGION, "parks").database
    assert stored(database) == before
    fill(database, more=True)  # numbers go on after the highest that was ever given
    back = make(source)
    backup_installation(there, REGION, "parks", tmp_path / "b2", actor=actor)
    restore_backup(back, tmp_path / "b2", actor=actor)
    assert stored(open_installation(back, REGION, "parks").database) == stored(database)


@pytest.mark.parametrize("target", ["postgresql", "sqlite"])
def test_a_sequence_that_belongs_to_no_column_goes_on_where_it_was(
    make: Make, app_factory: AppFactory, actor: Actor, tmp_path: Path, target: str
) -> None:
    numbered = PARKS.replace("import Column,", "import Column, Sequence,")
    assert numbered != PARKS
    numbered += '\nSequence("letters", start=100, metadata=metadata)\nSequence("receipts", start=7, metadata=metadata)\n'
    here = make("postgresql")
    install_app(
        here, REGION, app_factory.wheel("parks", plugin=numbered, manifest=MANIFEST), {"public_name": "Taman"}, actor=actor
    )
    with here.data(REGION, "parks").database.begin() as connection:
        assert [connection.execute(text("SELECT nextval('letters')")).scalar() for _ in range(3)] == [100, 101, 102]
        connection.execute(text("SELECT setval('receipts', 40, false)"))
    backup_installation(here, REGION, "parks", tmp_path / "b", actor=actor)
    there = make(target)
    restore_backup(there, tmp_path / "b", actor=actor)
    assert names(there) == ["first"]
    if target == "postgresql":
        with there.data(REGION, "parks").database.begin() as connection:
            found = [connection.execute(text(f"SELECT nextval('{name}')")).scalar() for name in ("letters", "receipts")]
        assert found == [103, 40]
        with here.data(REGION, "parks").database.begin() as connection:
            connection.execute(text("CREATE SEQUENCE hidden"))
        backup_installation(here, REGION, "parks", tmp_path / "b2", actor=actor)
        with pytest.raises(OperationError, match="a sequence `hidden` that this version of the app does not make"):
            restore_backup(there, tmp_path / "b2", actor=actor)


def test_restore_where_domain_absent_the_region_comes_with_its_profile(parks: Instance, tmp_path: Path, actor: Actor) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    another_process()
    other = Instance.create(tmp_path / "other", ["32.73"], now=lambda: NOW)
    restore_backup(other, tmp_path / "b", actor=actor)
    assert other.region_codes == ("32.73", REGION)
    assert other.profile(REGION) == parks.profile(REGION)
    other.close()


def test_restore_where_user_absent_keeps_who_did_what(parks: Instance, make: Make, actor: Actor, tmp_path: Path) -> None:
    """No account of the old machine is on the new one: whoever set a value is still named, and a new official goes on."""
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    other = make("sqlite")
    successor = Actor(account="user:71.08/budi", name="Pak Budi")
    restore_backup(other, tmp_path / "b", actor=successor)
    (value,) = [one for one in other.ledger.settings(REGION, "parks") if one.key == "opening_hour"]
    assert (value.set_by, value.basis) == ("IT officer", "SK 1")
    configure_app(other, REGION, "parks", {"opening_hour": 6}, actor=successor)
    assert other.audit.entries(REGION, app="parks")[0].name == "Pak Budi"


def test_restore_where_dir_absent_puts_data_and_code_back(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    """The ledger says that the app is in use; its files and, on SQLite, its database were deleted by hand."""
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    before = tree(parks.layout.files(REGION, "parks"))
    parks.storage.close()
    for folder in (parks.layout.installation(REGION, "parks"), parks.layout.code):
        shutil.rmtree(folder)
    another_process()
    restore_backup(parks, tmp_path / "b", actor=actor)
    assert names(parks) == ["first"]
    assert tree(parks.layout.files(REGION, "parks")) == before
    assert diagnose(parks, timeout=20) == ()


def test_everything_comes_back_and_one_bad_installation_stops_no_other(
    parks: Instance, make: Make, parks_wheel: Path, actor: Actor, tmp_path: Path
) -> None:
    install_app(parks, OTHER, parks_wheel, {"public_name": "Kebun"}, actor=actor)
    backup_installation(parks, None, None, tmp_path / "all", actor=actor)
    other = make("sqlite")
    (other.layout.installation(OTHER, "parks")).mkdir(parents=True)
    with pytest.raises(BackupError, match=r"1 of 2 installations were restored. Not restored: 13.10/parks"):
        restore_backup(other, tmp_path / "all", actor=actor)
    assert names(other) == ["first"]
    (other.layout.installation(OTHER, "parks")).rmdir()
    restore_backup(other, tmp_path / "all", region=OTHER, actor=actor)
    assert names(other, OTHER) == ["first"]


def test_what_the_region_changed_comes_back(instance: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path) -> None:
    wheel = app_factory.wheel("parks", plugin=PARKS, manifest=MANIFEST, files={"regional/rules.toml": "limit = 1\n"})
    install_app(instance, REGION, wheel, {"public_name": "Taman"}, actor=actor)
    prepared = prepared_overrides(instance, REGION, "parks")
    (part,) = [one for one in prepared.parts() if one.item.name == "rules.toml"]
    prepared.apply(prepared.plan_put(part.item, b"limit = 2\n", actor), actor, basis="SK 3")
    kept = instance.layout.overrides(REGION, "parks").read_text()
    backup_installation(instance, REGION, "parks", tmp_path / "b", actor=actor)
    instance.layout.overrides(REGION, "parks").unlink()
    restore_backup(instance, tmp_path / "b", actor=actor)
    assert instance.layout.overrides(REGION, "parks").read_text() == kept


def test_settings_the_region_shares_stay_as_they_are_now_and_the_plan_says_so(
    parks: Instance, actor: Actor, tmp_path: Path
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    configure_app(parks, REGION, "parks", {"sender": "new@b"}, actor=actor)
    (outcome,) = restore_backup(parks, tmp_path / "b", actor=actor)
    assert "sender: shared by the apps of the region, stays as it is now" in outcome.plan.notices
    assert open_installation(parks, REGION, "parks").settings.sender == "new@b"


def test_a_secret_that_is_in_no_backup_is_told(parks: Instance, make: Make, actor: Actor, tmp_path: Path) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    other = make("sqlite")
    (outcome,) = restore_backup(other, tmp_path / "b", actor=actor)
    assert any("not in the backup, which is not encrypted: the secret token" in notice for notice in outcome.plan.notices)
    assert open_installation(other, REGION, "parks").settings.token is None


def test_no_secret_is_in_plan_or_journal(parks: Instance, make: Make, actor: Actor, tmp_path: Path) -> None:
    key = x25519.Identity.generate()
    (tmp_path / "key").write_text(str(key))
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, encrypt_to=[str(key.to_public())])
    other = make("sqlite")
    (outcome,) = restore_backup(other, tmp_path / "b", identity=tmp_path / "key", actor=actor)
    assert outcome.operation is not None
    assert "marker-1" not in repr((outcome.plan.as_json(), outcome.operation.plan, outcome.plan))


def test_code_of_the_folder_that_was_changed_is_not_used(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    (plugin,) = parks.layout.code.rglob("plugin.py")
    plugin.write_text(PARKS + "\n# changed\n")
    with pytest.raises(RefusedError) as caught:
        restore_backup(parks, tmp_path / "b", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["code-differs"]


def test_another_publisher_in_use_by_another_region_is_refused(
    parks: Instance, make: Make, app_factory: AppFactory, actor: Actor, tmp_path: Path
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    other = make("sqlite")
    another = app_factory.wheel("parks", plugin=PARKS, manifest=MANIFEST, distribution="another-parks")
    install_app(other, OTHER, another, {"public_name": "Kebun"}, actor=actor)
    other.close()
    before = tree(other.folder)
    with pytest.raises(RefusedError) as caught:
        restore_backup(other, tmp_path / "b", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["other-publisher-in-use"]
    assert tree(other.folder) == before


def test_an_app_of_the_environment_must_be_the_same_there(parks: Instance, actor: Actor, tmp_path: Path) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    backup = Backup.opened(tmp_path / "b")
    (facts,) = backup.read.head.installations
    facts = facts.model_copy(update={"code": CodeFacts(location=None, wheel=None, tree=None)})
    plan = planned_restore(parks, backup, facts)
    assert [fault.code for fault in plan.refusals] == ["code-differs"]
    assert "pip install" in plan.refusals[0].mend


def test_data_of_a_newer_epoch_than_the_code_of_the_environment_are_refused(
    parks: Instance, actor: Actor, tmp_path: Path
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    backup = Backup.opened(tmp_path / "b")
    (facts,) = backup.read.head.installations
    here = discover().get("complaints")
    changes = {"app": here.app_id, "distribution": here.distribution, "version": here.version, "data_epoch": 99}
    facts = facts.model_copy(update={**changes, "code": CodeFacts(location=None, wheel=None, tree=None)})
    backup.read.installations[facts.id] = backup.read.installations[ID]
    (fault,) = planned_restore(parks, backup, facts).refusals
    assert (fault.code, "have epoch 99; the code here reads epoch" in fault.message) == ("code-differs", True)


def test_a_disk_with_too_little_room_is_refused(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    monkeypatch.setattr("smartcity_share.install.backup.restoring.free_bytes", lambda _: 10)
    with pytest.raises(RefusedError) as caught:
        restore_backup(parks, tmp_path / "b", actor=actor)
    assert [fault.code for fault in caught.value.faults] == ["disk-short"]


@pytest.mark.parametrize("spoil", ["cut", "altered", "other", "encrypted"])
def test_a_backup_that_cannot_be_used_changes_nothing(parks: Instance, actor: Actor, tmp_path: Path, spoil: str) -> None:
    keys = [str(x25519.Identity.generate().to_public())] if spoil == "encrypted" else []
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor, encrypt_to=keys)
    content = (tmp_path / "b").read_bytes()
    if spoil == "cut":
        (tmp_path / "b").write_bytes(content[:-2000])
    if spoil == "altered":
        (tmp_path / "b").write_bytes(content.replace(b'"first"', b'"third"'))
    before = parks.ledger.operations()
    with pytest.raises(BackupError, match="nothing was changed"):
        restore_backup(parks, tmp_path / "b", app="zoo" if spoil == "other" else None, actor=actor)
    assert parks.ledger.operations() == before
    assert names(parks) == ["first"]


def test_an_app_that_does_not_work_after_the_restore_gets_its_present_data_back(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_share.install.steps.hooks import HealthProbe

    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    add(parks, "later")

    def sick(*_: object) -> None:
        raise OperationError("The app says it does not work", hint=None)

    monkeypatch.setattr(HealthProbe, "do", sick)
    with pytest.raises(OperationError, match="Everything is as it was before"):
        restore_backup(parks, tmp_path / "b", actor=actor)
    assert names(parks) == ["first", "later"]
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    assert record.state is InstallationState.ACTIVE


def test_a_disk_that_does_not_keep_what_was_loaded_undoes_the_restore(
    parks: Instance, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    add(parks, "later")
    forced = durable.sync_file

    def failing(path: Path) -> None:
        if path.name == "first.txt":
            raise OSError(errno.EIO, "Input/output error", str(path))
        forced(path)

    monkeypatch.setattr(durable, "sync_file", failing)
    with pytest.raises(OperationError, match=r"Input/output error.*Everything is as it was before"):
        restore_backup(parks, tmp_path / "b", actor=actor)
    assert names(parks) == ["first", "later"]


def test_a_process_that_serves_meanwhile_reads_the_restored_data_and_no_file_that_is_gone(
    parks: Instance, actor: Actor, tmp_path: Path
) -> None:
    backup_installation(parks, REGION, "parks", tmp_path / "b", actor=actor)
    add(parks, "later")
    serving = Instance.open(parks.folder, now=parks.now)
    assert names(serving) == ["first", "later"]
    restore_backup(parks, tmp_path / "b", actor=actor)
    assert names(serving) == ["first"]
    add(serving, "after")
    assert names(parks) == ["first", "after"]
    serving.close()

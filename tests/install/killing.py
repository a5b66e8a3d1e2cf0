"""Operations that are killed, starved of disk or cut from their database at every step, and what must be true after ``resume``.

To let an operation join, add one entry to :data:`OPERATIONS`::

    Operation("upgrade", act=upgrading, prepare=installed)

``prepare`` brings an instance to where the operation begins, once; every case then works on a copy of it. ``act`` carries the
operation out; it is called again where the operation was undone, so it must be one that can be. Both are handed a
:class:`World`: the instance, the wheel of the app, a factory for further wheels, and a folder for what goes outside. Nothing
else is to be said: the steps are those that a whole run writes to its journal, so a new step is covered as soon as a plan has
it, and ``test_killed_at_every_step.py``, ``test_full_disk.py`` and ``test_dropped_connection.py`` take every entry.

What must be true is that everything is either as after a whole run or as before: every file byte for byte, every row of every
table of every installation, every row of the ledger but the journal itself, the audit trail, and nothing left over besides.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from pyrage import x25519
from sqlalchemy import select

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    backup_installation,
    configure_app,
    diagnose,
    erase_app,
    install_app,
    prepared_overrides,
    reinstate_app,
    remove_app,
    restore_backup,
    resume_all,
    rollback_app,
    upgrade_app,
)
from smartcity_share.install import ledger_tables as tables
from smartcity_share.install.journal import Journal
from smartcity_share.install.overrides.item import parse_item
from smartcity_share.install.records import OperationState, StepState
from smartcity_share.install.steps.all import STEPS
from smartcity_share.install.storage.database_url import SECRET_REF
from tests.apps.factory import AppFactory, forgetting_imports
from tests.apps.gardens import KINDS, gardens_one, gardens_two
from tests.install.conftest import MANIFEST, NOW, OTHER, PARKS, REGION, new_process, tree
from tests.postgresql import Server

ACTOR: Final = Actor(account="system:tests", name="IT officer")
MOMENTS: Final = ("before", "row", "effect")
"""Before the row of a step, after it and before the step does anything, and after the step has done what it says."""

_DIGEST: Final = re.compile(rb"[0-9a-f]{64}")
_JOURNAL: Final = ("ledger_schema", "operation", "step", "operation_lease")
_UNLIKE: Final = ("ledger.sqlite", "accounts.sqlite", "__pycache__", "data.sqlite", "_instance")
_SELF_NAMING: Final = ("deletions/", "out/made")
"""What names its own operation, so that its digests differ in two whole runs: reports of erasures, what ``backup`` makes."""


@attrs.frozen
class World:
    """What an operation is handed.

    Attributes:
        instance: The instance, open.
        wheel: The wheel of the app ``parks`` 1.0.0, which uses everything an install prepares.
        factory: Makes further wheels; what it makes lasts as long as the tests.
        out: A folder for what goes outside: exports, backups.
    """

    instance: Instance
    wheel: Path
    factory: AppFactory
    out: Path


Act = Callable[[World], object]


@attrs.frozen
class Operation:
    """An operation that is tried; see the top of the module.

    Attributes:
        name: What the test is called by.
        act: Carries it out.
        prepare: Brings an instance to where it begins.
    """

    name: str
    act: Act
    prepare: Act = lambda _world: None


def installing(world: World) -> None:
    answers = {"public_name": "Taman", "token": "marker-1", "sender": "a@b"}
    install_app(world.instance, REGION, world.wheel, answers, actor=ACTOR, basis="SK 1")


def installed(world: World) -> None:
    """Install the app in the region and in another one, with more rows and files than an install makes."""
    answers = {"public_name": "Taman", "token": "marker-1", "opening_hour": 5}
    for region in (REGION, OTHER):
        install_app(world.instance, region, world.wheel, answers, actor=ACTOR, basis="SK 1")
    with world.instance.data(REGION, "parks").database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO park (name, note) VALUES ('second', 'a''b'), ('third', NULL)")
    photos = world.instance.layout.files(REGION, "parks") / "photos"
    photos.mkdir()
    (photos / "one.jpg").write_bytes(bytes(range(256)) * 64)


def configuring(world: World) -> None:
    answers = {"public_name": "Kebun", "token": "marker-2", "sender": "c@d"}
    configure_app(world.instance, REGION, "parks", answers, actor=ACTOR, unset=["opening_hour"], basis="SK 2")


def configuring_openly(world: World) -> None:
    configure_app(world.instance, REGION, "parks", {"public_name": "Kebun", "sender": "c@d"}, actor=ACTOR, basis="SK 3")


def overriding(world: World) -> None:
    prepared = prepared_overrides(world.instance, REGION, "parks")
    plan = prepared.plan_put(parse_item("files/rules.toml"), b"days = 9\n", ACTOR, basis="SK 4")
    prepared.apply(plan, ACTOR, basis="SK 4")


def removing(world: World) -> None:
    remove_app(world.instance, REGION, "parks", export=world.out / "export", actor=ACTOR, basis="SK 5")


def backed_up(world: World) -> None:
    """Back the app up with its secrets, then go on: other rows, files and settings."""
    key = x25519.Identity.generate()
    (world.out / "key").write_text(str(key))
    installed(world)
    keys = [str(key.to_public())]
    backup_installation(world.instance, REGION, "parks", world.out / "backup", encrypt_to=keys, actor=ACTOR)
    configuring(world)
    with world.instance.data(REGION, "parks").database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO park (name, note) VALUES ('later', NULL)")


def backing_up(world: World) -> None:
    backup_installation(world.instance, REGION, "parks", world.out / "made", actor=ACTOR, basis="SK 6")


def backed_up_and_removed(world: World) -> None:
    """The same, and the app is gone since, its code with it."""
    backed_up(world)
    for region in (REGION, OTHER):
        remove_app(world.instance, region, "parks", export=None, without_export=True, actor=ACTOR)
        erase_app(world.instance, region, "parks", signed_off_by="Sekretaris", actor=ACTOR)


def restoring(world: World) -> None:
    restore_backup(world.instance, world.out / "backup", identity=world.out / "key", actor=ACTOR, basis="SK 6")


def removed(world: World) -> None:
    installed(world)
    removing(world)


def erasing(world: World) -> None:
    out = world.out / "export"
    erase_app(world.instance, REGION, "parks", signed_off_by="Sekretaris", export=out, actor=ACTOR, basis="SK 6")


def reinstating(world: World) -> None:
    reinstate_app(world.instance, REGION, "parks", actor=ACTOR, basis="SK 7")


@cache
def gardens(factory: AppFactory) -> tuple[Path, Path]:
    """The wheels of an app in two versions, with everything an upgrade carries over."""
    return gardens_one(factory), gardens_two(factory)


def gardened(world: World) -> None:
    answers = {"public_name": "Taman", "opening_hour": 8, "note": "old", "token": "marker-1", "sender": "a@b"}
    install_app(world.instance, REGION, gardens(world.factory)[0], answers, actor=ACTOR, basis="SK 1")
    prepared = prepared_overrides(world.instance, REGION, "gardens")
    plan = prepared.plan_put(parse_item("files/kinds.toml"), KINDS.replace("days = 3", "days = 5").encode(), ACTOR)
    prepared.apply(plan, ACTOR)


def upgrading(world: World) -> None:
    answers = {"contact": "Ibu Sari", "sender": "c@d"}
    upgrade_app(world.instance, REGION, "gardens", gardens(world.factory)[1], answers, actor=ACTOR, basis="SK 6")


def upgraded(world: World) -> None:
    with forgetting_imports():
        gardened(world)
    with forgetting_imports():
        upgrading(world)
    with world.instance.data(REGION, "gardens").database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO garden (name, area) VALUES ('Anggrek', 3)")


def rolling_back(world: World) -> None:
    rollback_app(world.instance, REGION, "gardens", actor=ACTOR, basis="SK 7")


OPERATIONS: Final = (
    Operation("install", installing),
    Operation("configure", configuring, installed),
    Operation("configure-openly", configuring_openly, installed),
    Operation("override", overriding, installed),
    Operation("remove", removing, installed),
    Operation("backup", backing_up, installed),
    Operation("restore", restoring, backed_up),
    Operation("restore-into-nothing", restoring, backed_up_and_removed),
    Operation("reinstate", reinstating, removed),
    Operation("erase", erasing, removed),
    Operation("upgrade", upgrading, gardened),
    Operation("rollback", rolling_back, upgraded),
)


def joined() -> list[Any]:
    """Return every operation as a parameter."""
    return [pytest.param(one, id=one.name) for one in OPERATIONS]


@attrs.frozen
class Place:
    """A place in an operation.

    Attributes:
        number: 0-based place of the step; one more than the last stands for the end of the operation.
        step: Name of the step, ``end`` for the end.
        moment: One of :data:`MOMENTS`.
        way: The state that is written before the step: :attr:`StepState.DOING`, or :attr:`StepState.UNDOING` on the way back.
    """

    number: int
    step: str
    moment: str
    way: StepState = StepState.DOING

    def __str__(self) -> str:
        return f"{self.number}-{self.step}-{self.moment}" + ("" if self.way is StepState.DOING else "-back")


@attrs.frozen
class State:
    """Everything that must be as after a whole run, or as before.

    Attributes:
        files: Every file with its bytes, that of databases left out.
        rows: Every row of the ledger but the journal, and of every installation.
        trail: What the audit trail says was done.
        databases: The bytes of the SQLite files, for "as before".
    """

    files: dict[str, bytes]
    rows: dict[str, list[str]]
    trail: list[str]
    databases: dict[str, bytes] = attrs.field(eq=False)

    def difference(self, other: State) -> str:
        """Return in what two states differ, for people."""
        parts = []
        for name in ("files", "rows"):
            one, two = getattr(self, name), getattr(other, name)
            for key in sorted(key for key in {*one, *two} if one.get(key) != two.get(key)):
                rows = {*one.get(key, ())} ^ {*two.get(key, ())} if name == "rows" else ()
                parts.append(f"{name}: {key}" + "".join(f"\n    {row}" for row in sorted(rows)[:4]))
        return "; ".join(parts) or f"trail: {self.trail} / {other.trail}"


class Scene:
    """One operation on one engine: its instance before, its state before and after, and copies to try things on.

    Args:
        operation: The operation.
        folder: A folder of its own.
        factory: Makes the wheel.
        server: The PostgreSQL server; None for the embedded engine.
    """

    def __init__(self, operation: Operation, folder: Path, factory: AppFactory, server: Server | None) -> None:
        self.operation = operation
        self._folder = folder
        self._factory = factory
        self._server = server
        self._wheel = factory.wheel("parks", plugin=PARKS, manifest=MANIFEST, files={"regional/rules.toml": "days = 5\n"})
        self._first = folder / "first"
        self._first_url = None if server is None else server.fresh()
        with forgetting_imports():
            made = Instance.create(
                self._first / "instance", [REGION, OTHER], now=lambda: NOW, database=self._first_url or "sqlite"
            )
            (self._first / "out").mkdir()
            operation.prepare(self._world(made))
            made.close()
        with self.copy() as world:
            self.before = state(world)
            known = {one.id for one in world.instance.ledger.operations()}
            operation.act(world)
            self.after = state(world)
            (ended,) = (one for one in world.instance.ledger.operations(OperationState.DONE) if one.id not in known)
            self.steps = [step.name for step in world.instance.ledger.steps(ended.id)]

    def places(self, moment: str, way: StepState = StepState.DOING) -> list[Place]:
        """Return every place of a whole run at one moment, the end included."""
        names = [*self.steps, "end"] if way is StepState.DOING else self.steps
        return [Place(number, name, moment, way) for number, name in enumerate(names)]

    def can_be_undone(self, place: Place) -> bool:
        """Whether there is a way back from a place."""
        return all(STEPS[name].can_undo for name in self.steps[: place.number + 1])

    @contextmanager
    def copy(self, home: Path | None = None) -> Iterator[World]:
        """Open a copy of the instance as it was before; its database and folder are gone after the block."""
        folder = (home or self._folder) / "copy"
        url = None
        try:
            shutil.copytree(self._first, folder, symlinks=True)
            if self._server is not None and self._first_url is not None:
                url = self._server.fresh(like=self._first_url)
                (folder / "instance" / SECRET_REF).write_text(url, encoding="utf-8")
            with forgetting_imports():
                world = self._world(Instance.open(folder / "instance", now=lambda: NOW))
                try:
                    yield world
                finally:
                    world.instance.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if self._server is not None and url is not None:
                self._server.drop(url)

    def settled(self, world: World, *, looked_at: bool = False) -> str:
        """Resume what was left, then tell how it ended: ``done`` or ``undone``.

        Args:
            world: A copy of the scene in which the operation was begun.
            looked_at: Whether the doctor looks at it too, and the operation is carried out anew where it was undone.

        Raises:
            AssertionError: Something is neither as after a whole run nor as before, or a person is needed.
        """
        for one in resume_all(world.instance, actor=ACTOR):
            assert one.error is None, f"left: {one.error}"
        left = world.instance.ledger.operations(OperationState.RUNNING, OperationState.NEEDS_PERSON)
        assert not left, f"left: {left}"
        found = state(world)
        if found == self.after:
            ended = "done"
        else:
            assert found == self.before, f"neither; {found.difference(self.before)} // {found.difference(self.after)}"
            assert found.databases == self.before.databases, "the bytes of a database differ"
            ended = "undone"
        if looked_at:
            with new_process(world.instance) as instance:
                # Apps of the environment are no matter here: they are those of the checkout, which somebody may be editing.
                found_too = diagnose(instance, timeout=60)
                findings = [one.message for one in found_too if one.app in (None, "parks", "gardens")]
                assert not findings, str(findings)
            if ended == "undone":
                with new_process(world.instance) as instance:
                    self.operation.act(attrs.evolve(world, instance=instance))
                again = state(world)
                assert again == self.after, f"carried out anew: {again.difference(self.after)}"
        return ended

    def _world(self, instance: Instance) -> World:
        return World(instance, self._wheel, self._factory, instance.folder.parent / "out")


def state(world: World) -> State:
    """Return everything that must be the same.

    SQLite takes up what a killed process left beside a database when the next one opens it; so it is opened once here.
    """
    instance = world.instance
    instance.close()
    places = sorted(instance.folder.rglob("data.sqlite"))
    for path in places:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ids = [one.id.encode() for one in instance.ledger.operations()] + [str(world.out.parent).encode()]
    found = {**tree(instance.folder, without=_UNLIKE), **{f"out/{name}": body for name, body in tree(world.out).items()}}
    databases = {path.relative_to(instance.folder).as_posix(): path.read_bytes() for path in places}
    rows = {**_ledger_rows(instance, ids), **_data_rows(instance), **_schemas(instance, ids)}
    files = {_nameless(name.encode(), ids).decode(): _nameless(body, ids) for name, body in found.items()}
    files = {name: _digestless(body) if name.startswith(_SELF_NAMING) else body for name, body in files.items()}
    return State(files, rows, _trail(instance), databases)


def _nameless(body: bytes, ids: list[bytes]) -> bytes:
    """Return bytes without what differs in two whole runs: the ids of operations, and the folder of the copy."""
    for one in ids:
        body = body.replace(one, b"<operation>")
    return body


def _digestless(body: bytes) -> bytes:
    """Return bytes without digests: that of a text which names its operation differs with it."""
    return _DIGEST.sub(b"<digest>", body)


def _ledger_rows(instance: Instance, ids: list[bytes]) -> dict[str, list[str]]:
    found = {}
    database = instance.ledger._database  # type: ignore[attr-defined]
    with database.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in _JOURNAL:
                rows = [_nameless(repr(tuple(row)).encode(), ids) for row in connection.execute(select(table))]
                if table.name in ("removal", "deletion", "backup"):
                    rows = [_digestless(row) for row in rows]
                found[f"ledger.{table.name}"] = sorted(row.decode() for row in rows)
    return found


def _data_rows(instance: Instance) -> dict[str, list[str]]:
    found = {}
    for record in instance.ledger.installations():
        data = instance.data(record.region, record.app)
        if data.exists():
            with data.reading() as reader:
                for table in reader.tables():
                    found[f"{record.id}.{table.name}"] = [str(table.columns), *sorted(map(repr, reader.rows(table.name)))]
    return found


def _schemas(instance: Instance, ids: list[bytes]) -> dict[str, list[str]]:
    """Return the schemas of a PostgreSQL database: none may be left over."""
    pool = getattr(instance.storage, "pool", None)
    if pool is None:
        return {}
    with pool.connect() as connection:
        rows = connection.exec_driver_sql("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%%'").all()
    return {"schemas": sorted(_nameless(name.encode(), ids).decode() for (name,) in rows)}


def _trail(instance: Instance) -> list[str]:
    """Return what the audit trail says was done and not taken back, its chain verified."""
    told: list[str] = []
    for region in (REGION, OTHER):
        assert instance.audit.verify(region).broken_at is None
        for entry in reversed(instance.audit.entries(region, limit=1000)):
            line = f"{region} {entry.action}"
            if line.endswith(".undone"):
                told.remove(line.removesuffix(".undone"))
            else:
                told.append(line)
    return told


def killed_at(world: World, place: Place, act: Act) -> None:
    """Run an operation in a child process that is killed at a place by SIGKILL, with nothing cleaned up.

    Raises:
        AssertionError: It did not come there.
    """
    world.instance.close()
    said = world.out.parent / "child.txt"
    child = os.fork()
    if child == 0:
        gc.disable()  # it would touch, and so copy, all the memory that it has from its parent
        try:
            acting = attrs.evolve(world, instance=Instance.open(world.instance.folder, now=world.instance.now))
            with struck_at(place, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                act(acting)
        except BaseException:  # noqa: BLE001 - the child has nobody above it; it tells the parent
            said.write_text(traceback.format_exc(), encoding="utf-8")
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    told = said.read_text(encoding="utf-8") if said.exists() else "it came to its end"
    assert os.WIFSIGNALED(status), told
    assert os.WTERMSIG(status) == signal.SIGKILL


@contextmanager
def struck_at(place: Place, strike: Callable[[], object]) -> Iterator[None]:
    """Call ``strike`` when an operation comes to a place; only the first time."""
    write, end = Journal.write, Journal.end
    armed = [True]

    def reached(moment: str) -> None:
        if place.moment == moment and armed.pop():
            armed.append(False)
            strike()

    def writing(self: Journal, number: int, step: Any, state: StepState, fault: str = "") -> None:
        here = number == place.number and step.name == place.step
        after = StepState.DONE if place.way is StepState.DOING else StepState.UNDONE
        if here and state is place.way:
            reached("before")
        if here and state is after:
            reached("effect")
        write(self, number, step, state, fault)
        if here and state is place.way:
            reached("row")

    def ending(self: Journal, record: Any) -> None:
        here = place.step == "end"
        if here:
            reached("before")
        if here and place.moment != "before":  # the row is written, what was set aside is not yet removed
            self._instance.ledger.end_operation(record)
            reached(place.moment)
        end(self, record)

    Journal.write, Journal.end = writing, ending  # type: ignore[method-assign]
    try:
        yield
    finally:
        Journal.write, Journal.end = write, end  # type: ignore[method-assign]

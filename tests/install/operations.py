"""The operations that are tried at every step; see :mod:`tests.install.killing`.

To let one join, add an entry to :data:`OPERATIONS`::

    Operation("upgrade", act=upgrading, prepare=installed)

``prepare`` brings an instance to where the operation begins, once; every case then works on a copy of it. ``act`` carries the
operation out; it is called again where the operation was undone, so it must be one that can be. Both are handed a
:class:`World`: the instance, the wheel of the app, a factory for further wheels, and a folder for what goes outside. Nothing
else is to be said: the steps are those that a whole run writes to its journal, so a new step is covered as soon as a plan has
it, and ``test_killed_at_every_step.py``, ``test_full_disk.py`` and ``test_dropped_connection.py`` take every entry.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from pyrage import x25519

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    backup_installation,
    configure_app,
    erase_app,
    install_app,
    prepared_overrides,
    reinstate_app,
    remove_app,
    restore_backup,
    rollback_app,
    upgrade_app,
)
from smartcity_share.install.overrides.item import parse_item
from tests.apps.factory import AppFactory, forgetting_imports
from tests.apps.gardens import KINDS, gardens_one, gardens_two
from tests.install.conftest import OTHER, REGION

ACTOR: Final = Actor(account="system:tests", name="IT officer")


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

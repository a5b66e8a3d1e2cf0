"""The server ends every connection at any step, idle or in a transaction: all of it is done or all of it is as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from smartcity_share.errors import SmartCityError
from smartcity_share.install.storage.database_url import SECRET_REF
from tests.install.killing import Scene, struck_at
from tests.install.operations import Operation, World, joined

SceneOf = Callable[[Operation, str], Scene]

pytestmark = pytest.mark.timeout(900)  # each goes through every step of an operation, on a machine that may be busy

END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def drop(world: World) -> None:
    """Let the server end every connection to the database of the instance."""
    url = (world.instance.folder / SECRET_REF).read_text(encoding="utf-8")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(END_ALL)


@contextmanager
def dropped_before_the_next_commit(world: World) -> Iterator[Callable[[], None]]:
    """Yield what arms a trap: the next transaction, of whatever kind, is cut off when it is to commit."""
    armed: list[bool] = []

    def committing(_connection: Any) -> None:
        if armed:
            armed.clear()
            drop(world)

    event.listen(Engine, "commit", committing)
    try:
        yield lambda: armed.append(True)
    finally:
        event.remove(Engine, "commit", committing)


@pytest.mark.parametrize("way", ["idle", "committing"])
@pytest.mark.parametrize("operation", joined())
def test_a_connection_that_drops_at_a_step_loses_nothing(scene_of: SceneOf, operation: Operation, way: str) -> None:
    scene = scene_of(operation, "postgresql")
    faults = []
    # Idle connections that drop after a step and before the next one make no difference.
    for place in [*scene.places("row"), *(scene.places("effect") if way == "committing" else ())]:
        with scene.copy() as world:
            # A drop between two transactions is no matter; one inside a transaction is an error with a mend, never another one.
            with (
                suppress(SmartCityError),
                dropped_before_the_next_commit(world) as arm,
                struck_at(place, partial(drop, world) if way == "idle" else arm),
            ):
                operation.act(world)
            try:
                scene.settled(world)
            except AssertionError as fault:
                faults.append(f"{place}: {fault}")
    assert not faults, "\n".join(faults)

"""The disk is full from any step on: nothing is lost, and once there is room again all of it is done or all of it as before."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from smartcity_share.errors import SmartCityError
from tests.install.killing import Operation, Scene, joined, struck_at

SceneOf = Callable[[Operation, str], Scene]

pytestmark = pytest.mark.timeout(900)  # each goes through every step of an operation, on a machine that may be busy

SIZE = "24m"
PIECES = (1 << 20, 1 << 12, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine mounts no tmpfs")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("operation", joined())
def test_a_disk_that_is_full_at_a_step_loses_nothing(
    scene_of: SceneOf, operation: Operation, engine: str, small_disk: Path
) -> None:
    scene = scene_of(operation, engine)
    ballast = small_disk / "ballast"
    faults, refused = [], 0
    for place in scene.places("row")[:-1]:
        with scene.copy(small_disk) as world:
            try:
                with struck_at(place, lambda: _fill(ballast)):
                    operation.act(world)
            except SmartCityError as error:
                refused += error.hint is not None
            finally:
                ballast.unlink(missing_ok=True)
            try:
                scene.settled(world)
            except AssertionError as fault:
                faults.append(f"{place}: {fault}")
    assert not faults, "\n".join(faults)
    assert refused or engine == "postgresql"


def _fill(ballast: Path) -> None:
    """Take every byte that is left."""
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT, 0o600)
    for piece in PIECES:
        with suppress(OSError):
            while True:
                os.write(handle, bytes(piece))
    os.close(handle)

"""The demo, a Chromium and axe-core, each made once for all tests of this folder that a process runs."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser import axe_core
from tests.browser.chromium import INSTALL, Chromium, Context, find_chromium
from tests.browser.crawl import Found, every_page
from tests.browser.demo import PREPARED, ROOT, Demo, served


def _prepared_once(folder: Path) -> Path:
    """Prepare the demo, or wait for the other process that does."""
    import fcntl

    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder / "made"
        if not (made / PREPARED).exists():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            command = [sys.executable, "-m", "tests.browser.demo", str(made)]
            done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        return made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A running browser."""
    program = find_chromium()
    if program is None:
        pytest.skip(f"there is no Chromium on this machine; to run this: {INSTALL}")
    with Chromium(program) as browser:
        yield browser


@pytest.fixture(scope="session")
def prepared_demo(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the demo was prepared, once for all processes; served from copies, so that it stays as it is."""
    own = tmp_path_factory.getbasetemp()
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    return _prepared_once((own.parent if parallel else own) / "browser-demo")


@pytest.fixture(scope="session")
def demo(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo with its three regions; tests may add to it."""
    with served(shutil.copytree(prepared_demo, tmp_path_factory.mktemp("demo") / "copy")) as running:
        yield running


@pytest.fixture
def own_demo(prepared_demo: Path, tmp_path: Path) -> Iterator[Demo]:
    """The demo for one test, which may spoil it."""
    with served(shutil.copytree(prepared_demo, tmp_path / "copy")) as running:
        yield running


@pytest.fixture(scope="session")
def pages_of(demo: Demo) -> Callable[[str], list[Found]]:
    """Find the pages of a region of the demo, once in a process."""
    return functools.cache(lambda region: every_page(demo, region))


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    try:
        return axe_core.script()
    except axe_core.AxeError as fault:
        pytest.skip(str(fault))


@pytest.fixture
def person(chromium: Chromium) -> Iterator[Context]:
    """Somebody with a fresh browser."""
    with chromium.context() as context:
        yield context

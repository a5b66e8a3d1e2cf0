"""The demo, a Chromium and axe-core, each made once for all tests of this folder that a process runs."""

from __future__ import annotations

import functools
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import attrs
import pytest

from tests.browser import axe_core
from tests.browser.chromium import INSTALL, Chromium, Context, find_chromium
from tests.browser.crawl import Found, every_page
from tests.browser.demo import PREPARED, ROOT, Demo, served

PagesOf = Callable[[Demo, str], list[Found]]


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Do what is in the block while no other process does."""
    import fcntl

    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepared_once(folder: Path) -> Path:
    """Prepare the demo, or wait for the other process that does."""
    folder.mkdir(exist_ok=True)
    with _alone(folder / "lock"):
        made = folder / "made"
        if not (made / PREPARED).exists():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            command = [sys.executable, "-m", "tests.browser.demo", str(made)]
            done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        return made


def _crawled_once(prepared: Path, region: str, place: Path) -> list[Found]:
    """Find the pages of a region of the demo as it was prepared, or wait for the other process that does.

    Returns:
        The pages, each with its address below that of the server.
    """
    kept = prepared.parent / f"pages-{region}.pickle"
    with _alone(kept.with_suffix(".lock")):
        if not kept.exists():
            with served(shutil.copytree(prepared, place)) as running:
                pages = every_page(running, region)
            found = [attrs.evolve(page, address=page.address.removeprefix(running.base)) for page in pages]
            kept.with_suffix(".half").write_bytes(pickle.dumps(found))
            kept.with_suffix(".half").rename(kept)
        return cast("list[Found]", pickle.loads(kept.read_bytes()))  # noqa: S301 - written by this function, for this run


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
def pages_of(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> PagesOf:
    """Find the pages of a region of the demo, whatever tests have added to it since; once for all processes."""

    @functools.cache
    def crawled(region: str) -> list[Found]:
        return _crawled_once(prepared_demo, region, tmp_path_factory.mktemp("crawled") / "copy")

    return lambda demo, region: [attrs.evolve(page, address=demo.base + page.address) for page in crawled(region)]


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

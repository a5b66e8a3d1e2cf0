"""What cannot be had, or does not fit, is refused before anything is changed, with the mend."""

from __future__ import annotations

import http.server
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from smartcity_share.errors import Fault, InstanceConfigError, PackageError, RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app
from smartcity_share.install.environments import planned
from tests.apps.factory import AppFactory
from tests.apps.libraries import library
from tests.install.conftest import REGION, tree
from tests.install.environments.conftest import with_tool

pytestmark = pytest.mark.timeout(400)  # each installs several times, and a busy machine takes its time


def refused(instance: Instance, app: Path, actor: Actor, wheels: list[Path]) -> tuple[Fault, ...]:
    """Install an app, which is refused; nothing may have changed."""
    before = tree(instance.folder)
    with pytest.raises(RefusedError, match="nothing was changed") as caught:
        install_app(instance, REGION, app, actor=actor, wheels=wheels)
    assert tree(instance.folder) == before
    assert all(fault.mend for fault in caught.value.faults)
    return caught.value.faults


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_pin_conflict_names_both_apps_with_the_ranges(
    instance: Instance,
    parks: Path,
    water: Path,
    wheels: Path,
    actor: Actor,
    tool: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    install_app(instance, REGION, parks, actor=actor, wheels=[wheels])
    with_tool(monkeypatch, tool, tmp_path)
    (fault,) = refused(instance, water, actor, [wheels])
    assert fault.code == "dependency-conflict"
    assert fault.message == (
        "`water` 1.0.0 and `parks` 1.0.0 cannot share an environment. smartcity-test-trees: `water` 1.0.0 through "
        "smartcity-test-maps 1.0 needs >=2; `parks` 1.0.0 needs <2"
    )


def test_a_package_the_host_runs_on_is_not_replaced(instance: Instance, app_factory: AppFactory, actor: Actor) -> None:
    app = app_factory.wheel("parks", dependencies=["attrs<20", "smartcity_test_nowhere>=2"])
    faults = refused(instance, app, actor, [])
    assert {fault.code for fault in faults} == {"dependency-unmet"}
    told = sorted(fault.message for fault in faults)
    assert told[0].startswith("It needs attrs<20, which is installed in version ")
    assert told[1] == "It needs smartcity-test-nowhere>=2, which is not installed, and no wheel of it is there"


def test_a_package_that_needs_another_version_of_the_host_is_refused(
    instance: Instance, app_factory: AppFactory, actor: Actor, tmp_path: Path
) -> None:
    library(tmp_path / "wheels", "old", requires=["attrs<20"])
    app = app_factory.wheel("parks", dependencies=["smartcity_test_old"])
    (fault,) = refused(instance, app, actor, [tmp_path / "wheels"])
    assert fault.code == "dependency-unmet"
    assert "attrs<20" in fault.message
    assert "`parks`" in fault.message


def test_only_another_version_is_there(instance: Instance, parks: Path, tmp_path: Path, actor: Actor) -> None:
    library(tmp_path / "wheels", "trees", "3.0")
    (fault,) = refused(instance, parks, actor, [tmp_path / "wheels"])
    assert fault.message.endswith("which is not installed, and only version 3.0 is among the wheels")


def test_a_wheel_that_was_cut_short_is_named(instance: Instance, parks: Path, tmp_path: Path, actor: Actor) -> None:
    wheel = library(tmp_path / "wheels", "trees", "1.0")
    wheel.write_bytes(wheel.read_bytes()[:-40])
    (fault,) = refused(instance, parks, actor, [tmp_path / "wheels"])
    assert fault.code == "wheel-damaged"
    assert str(wheel) in fault.message


def test_a_damaged_wheel_nobody_needs_is_passed_over(instance: Instance, parks: Path, wheels: Path, actor: Actor) -> None:
    (wheels / "smartcity_test_other-1.0-py3-none-any.whl").write_bytes(b"PK")
    install_app(instance, REGION, parks, actor=actor, wheels=[wheels])


def test_package_name_ok_but_hash_wrong_is_refused(instance: Instance, parks: Path, tmp_path: Path, actor: Actor) -> None:
    library(tmp_path / "wheels", "trees", "1.0", recorded={"smartcity_test_trees/__init__.py": "VERSION = 'other'\n"})
    before = tree(instance.folder)
    with pytest.raises(PackageError, match=r"smartcity_test_trees/__init__\.py is not the file that was recorded"):
        install_app(instance, REGION, parks, actor=actor, wheels=[tmp_path / "wheels"])
    assert tree(instance.folder) == before


def test_two_packages_that_bring_the_same_file_are_refused(
    instance: Instance, app_factory: AppFactory, tmp_path: Path, actor: Actor
) -> None:
    for name in ("one", "two"):
        library(tmp_path / "wheels", name, files={"smartcity_test_same.py": f"NAME = {name!r}\n"})
    app = app_factory.wheel("parks", dependencies=["smartcity_test_one", "smartcity_test_two"])
    before = tree(instance.folder)
    with pytest.raises(PackageError, match=r"smartcity_test_same\.py is there already") as caught:
        install_app(instance, REGION, app, actor=actor, wheels=[tmp_path / "wheels"])
    assert caught.value.hint
    assert tree(instance.folder) == before


def test_without_uv_and_pip_it_is_told_what_to_install(
    instance: Instance, parks: Path, wheels: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planned, "find_tool", lambda: None)
    (fault,) = refused(instance, parks, actor, [wheels])
    assert fault.code == "resolver-missing"
    assert f"{sys.executable} -m ensurepip" in fault.mend


class Index(http.server.SimpleHTTPRequestHandler):
    """A package index of files; it writes no log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """The URL of a package index on this machine, with ``trees`` 1.0 in it."""
    root = tmp_path / "index"
    library(root / "files", "trees", "1.0")
    page = root / "simple" / "smartcity-test-trees"
    page.mkdir(parents=True)
    (page / "index.html").write_text(
        '<a href="/files/smartcity_test_trees-1.0-py3-none-any.whl">smartcity_test_trees-1.0-py3-none-any.whl</a>'
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Index, directory=str(root))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


def allowing(instance: Instance, url: str) -> Instance:
    """Open the instance again with an index allowed."""
    config = instance.layout.config
    config.write_text(config.read_text("utf-8").replace("[packages]\n", f'[packages]\nindex = "{url}"\n'), "utf-8")
    return Instance.open(instance.folder, now=instance.now)


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_an_index_is_asked_where_it_is_allowed(
    instance: Instance, parks: Path, actor: Actor, index: str, tool: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_tool(monkeypatch, tool, tmp_path)
    allowed = allowing(instance, index)
    install_app(allowed, REGION, parks, actor=actor)
    (kept,) = allowed.layout.packages.glob("*/*.whl")
    assert kept.name == "smartcity_test_trees-1.0-py3-none-any.whl"
    allowed.close()


def test_an_index_that_sends_another_file_than_it_states_is_refused(
    instance: Instance, parks: Path, actor: Actor, index: str, tmp_path: Path
) -> None:
    page = tmp_path / "index" / "simple" / "smartcity-test-trees" / "index.html"
    page.write_text(page.read_text().replace('.whl">', f'.whl#sha256={"0" * 64}">'))
    allowed = allowing(instance, index)
    before = tree(instance.folder)
    with pytest.raises(PackageError, match="is another file than was stated: SHA-256 ") as caught:
        install_app(allowed, REGION, parks, actor=actor)
    assert str(caught.value.where).startswith("http://127.0.0.1:")
    assert tree(instance.folder) == before
    allowed.close()


def test_catalogue_offline_an_index_of_packages_that_cannot_be_reached_is_told(
    instance: Instance, parks: Path, actor: Actor
) -> None:
    allowed = allowing(instance, "http://127.0.0.1:9/simple")
    (fault,) = refused(allowed, parks, actor, [])
    assert fault.code == "index-unreachable"
    assert "--wheels DIR" in fault.mend
    allowed.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://a/simple", "index-unusable"),
        ("simple", "index-unusable"),
        ("https://me:pw@a.example/simple", "index-password-shown"),
    ],
)
def test_an_index_that_cannot_be_used_is_a_fault_of_the_file(instance: Instance, url: str, code: str) -> None:
    with pytest.raises(InstanceConfigError) as caught:
        allowing(instance, url)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert "pw@" not in str(caught.value)

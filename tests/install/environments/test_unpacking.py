"""Whoever unpacks the wheels of an environment, what lies there then is the same: their files and nothing else."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smartcity_share.errors import PackageError
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.environments.contents import contents_of, settle
from smartcity_share.install.environments.locked import LockedPackage, lock_text
from smartcity_share.install.environments.unpacking import unpack
from smartcity_share.install.recorded import record_trouble
from tests.apps.libraries import library
from tests.install.environments.conftest import with_tool

Unpacked = Callable[[str, list[Path]], Path]

BASE = "smartcity_test_much-1.0"
MUCH = {
    "smartcity_test_much/part/data.txt": "data",
    "smartcity_test_much/__pycache__/part.cpython-311.pyc": "byte code of another source",
    f"{BASE}.data/scripts/much-script": "#!python\nprint(1)\n",
    f"{BASE}.data/scripts/much-program": "no script",
    f"{BASE}.data/data/etc/much.conf": "conf",
    f"{BASE}.data/headers/much.h": "header",
    f"{BASE}.data/purelib/smartcity_test_more.py": "MORE = 1\n",
    f"{BASE}.dist-info/entry_points.txt": "[console_scripts]\nmuch = smartcity_test_much:main\n",
    f"{BASE}.dist-info/direct_url.json": "{}",
    f"{BASE}.dist-info/licenses/LICENSE": "licence",
}


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Unpacked:
    """Unpacks wheels with uv, or without one, and returns the folder."""

    def act(tool: str, wheels: list[Path], place: Path = tmp_path) -> Path:
        if tool in ("uv", "pip"):
            with_tool(monkeypatch, tool, tmp_path)
        folder, workshop = place / tool / "packages", place / tool / "workshop"
        for one in (folder, workshop):
            one.mkdir(parents=True)
        unpack(wheels, lock(wheels), folder, workshop, judge=lambda: None)
        assert sorted(entry.name for entry in (place / tool).iterdir()) == ["packages"]
        return folder

    return act


def lock(wheels: list[Path]) -> str:
    """The wheels as hashed requirements."""
    named = [(one, *one.name.split("-")[:2]) for one in wheels]
    return lock_text(LockedPackage(name.replace("_", "-"), version, file_digest(one)) for one, name, version in named)


def content(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Rights and bytes of every file of a folder."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) for name, path in files.items()}


def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let another program be found as uv."""
    folder = tmp_path / "other-uv"
    folder.mkdir()
    (folder / "uv").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")


def test_uv_and_installer_leave_the_same_tree(unpacked: Unpacked, tmp_path: Path) -> None:
    wheels = [library(tmp_path / "wheels", "much", files=MUCH), library(tmp_path / "wheels", "trees")]
    with_uv, without = unpacked("uv", wheels), unpacked("pip", wheels)
    assert content(with_uv) == content(without)
    found = {name for name in content(with_uv) if ".dist-info" not in name}
    assert found == {
        *("bin/much-program", "bin/much-script", "etc/much.conf", "include/smartcity-test-much/much.h"),
        *("smartcity_test_more.py", "smartcity_test_much/__init__.py", "smartcity_test_much/part/data.txt"),
        "smartcity_test_trees/__init__.py",
    }
    own = {path.name for path in with_uv.glob("*much*.dist-info/*")}
    assert own == {"INSTALLER", "METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses"}
    assert record_trouble(with_uv, 2) is None


def test_nothing_of_the_surroundings_has_a_say(unpacked: Unpacked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels = [library(tmp_path / "wheels", "trees")]
    expected = content(unpacked("pip", wheels))
    home, shared = tmp_path / "home", tmp_path / "shared-cache"
    (home / "uv").mkdir(parents=True)
    (home / "uv" / "uv.toml").write_text(f"link-mode = 'symlink'\ncache-dir = {json.dumps(str(shared))}\n[pip]\nno-deps = 3\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    for name, value in {"LINK_MODE": "symlink", "CACHE_DIR": str(shared), "COMPILE_BYTECODE": "1", "NO_BINARY": "1"}.items():
        monkeypatch.setenv(f"UV_{name}", value)
    assert content(unpacked("uv", wheels)) == expected
    assert not shared.exists()


def test_a_uv_that_refuses_is_no_obstacle(unpacked: Unpacked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels = [library(tmp_path / "wheels", "trees")]
    expected = content(unpacked("pip", wheels))
    other(tmp_path, monkeypatch, 'touch "$PWD"/../packages/half-done; echo "error: unexpected argument" >&2; exit 2')
    assert content(unpacked("other", wheels)) == expected


@pytest.mark.parametrize("how", ["l", "s"])
def test_a_uv_that_links_is_found_out(unpacked: Unpacked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    wheels = [library(tmp_path / "wheels", "trees")]
    kept = unpacked("pip", wheels)
    other(tmp_path, monkeypatch, f'cp -r{how} {kept}/. "$PWD"/../packages')
    with pytest.raises(PackageError, match="is a link to a file of another place") as caught:
        unpacked("other", wheels)
    assert caught.value.hint


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_a_wheel_that_holds_what_it_does_not_record_is_refused(unpacked: Unpacked, tmp_path: Path, tool: str) -> None:
    wheel = library(tmp_path / "wheels", "trees")
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("smartcity_test_trees/hidden.py", "HIDDEN = 1\n")
    with pytest.raises(PackageError, match=r"hidden\.py is not in RECORD"):
        unpacked(tool, [wheel])


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_a_file_that_is_not_the_recorded_one_is_refused(unpacked: Unpacked, tmp_path: Path, tool: str) -> None:
    for name in ("smartcity_test_much/part/data.txt", f"{BASE}.data/scripts/much-program"):
        wheel = library(tmp_path / "wheels", "much", files=MUCH, recorded={name: "other"})
        with pytest.raises(PackageError, match="is not the file that was recorded"):
            unpacked(tool, [wheel])
        shutil.rmtree(tmp_path / tool)


def test_what_was_not_unpacked_is_missed(tmp_path: Path) -> None:
    found = contents_of(library(tmp_path / "wheels", "trees"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackageError, match="was not unpacked"):
        settle([found], tmp_path / "empty")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    mount, umount, place = shutil.which("mount"), shutil.which("umount"), tmp_path / "disk"
    place.mkdir()
    if not mount or subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False).returncode:
        pytest.skip("this machine mounts no tmpfs")
    yield place
    subprocess.run([umount or "umount", "--lazy", place], check=True)


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_a_full_disk_is_told_as_one(unpacked: Callable[..., Path], small_disk: Path, tmp_path: Path, tool: str) -> None:
    wheel = library(tmp_path / "wheels", "trees", files={"smartcity_test_trees/large.txt": "x" * (3 << 20)})
    with pytest.raises(OSError, match="No space left on device") as caught:
        unpacked(tool, [wheel], small_disk)
    assert caught.value.errno == errno.ENOSPC

"""A wheel has one form: whatever order, times, modes and compression a back end chose, the same files are the same bytes."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from smartcity_share.errors import PackageError
from smartcity_share.package import normal
from smartcity_share.package.wheel import Wheel

INFO = "smartcity_test_parks-1.0.0.dist-info"


def repacked(wheel: Path, target: Path, *, backwards: bool, mode: int, year: int, method: int) -> Path:
    """The same files as another back end would pack them."""
    target.parent.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(old.namelist(), reverse=backwards):
            entry = zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = mode << 16, method
            new.writestr(entry, old.read(name))
    return target


def test_the_same_files_packed_in_two_ways_become_the_same_bytes(good_wheel: Path, tmp_path: Path) -> None:
    one = repacked(good_wheel, tmp_path / "1" / good_wheel.name, backwards=True, mode=0o100600, year=1999, method=0)
    two = repacked(good_wheel, tmp_path / "2" / good_wheel.name, backwards=False, mode=0o100777, year=2030, method=8)
    assert one.read_bytes() != two.read_bytes()

    for path in (one, two):
        normal.write(path, normal.contents(path), INFO, 1_580_601_600)

    assert one.read_bytes() == two.read_bytes()
    assert Wheel.checked(one).files[-1] == f"{INFO}/RECORD"


def test_only_scripts_may_be_run(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    normal.write(path, {"a-1.data/scripts/go": b"#!python", "a/b.py": b""}, "a-1.dist-info", 0)

    with zipfile.ZipFile(path) as file:
        modes = {entry.filename: stat.filemode(entry.external_attr >> 16) for entry in file.infolist()}
        times = {entry.date_time for entry in file.infolist()}
    assert modes == {"a-1.data/scripts/go": "-rwxr-xr-x", "a/b.py": "-rw-r--r--", "a-1.dist-info/RECORD": "-rw-r--r--"}
    assert times == {(1980, 1, 1, 0, 0, 0)}  # the earliest a zip file knows


def test_a_change_of_one_file_changes_the_digest_of_the_content() -> None:
    files = {"a.py": b"1", "b.py": b"2", f"{INFO}/RECORD": b"x"}

    assert normal.content_digest(files) == normal.content_digest(dict(reversed(files.items())) | {f"{INFO}/RECORD": b"y"})
    assert normal.content_digest(files) != normal.content_digest(files | {"b.py": b"3"})


def test_a_wheel_too_large_to_hold_is_refused(good_wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normal, "MOST_BYTES", 10)

    with pytest.raises(PackageError, match="at most"):
        normal.contents(good_wheel)

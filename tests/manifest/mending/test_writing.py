"""A file is mended whole or not at all, and one that cannot be read, or is none, is not touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smartcity_share.errors import ManifestError, PackageError
from smartcity_share.manifest.mending.writing import mend_file
from tests.manifest.mending.conftest import GOOD

BAD = GOOD.replace('"beta"', '"betta"')


def test_a_file_keeps_its_mark_its_line_ends_and_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "smartcity.toml"
    path.write_bytes("\ufeff".encode() + BAD.replace("\n", "\r\n").encode())
    path.chmod(0o640)

    assert [fault.code for fault in mend_file(path)] == ["value-not-allowed"]
    assert path.read_bytes() == "\ufeff".encode() + GOOD.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert mend_file(path) == ()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = \n", "a = 'é'".encode("latin-1"), b"a = 1\na = 2\n", b"\0"])
def test_a_file_that_cannot_be_read_is_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "smartcity.toml"
    path.write_bytes(content)
    before = path.stat()

    with pytest.raises(ManifestError):
        mend_file(path)
    assert path.read_bytes() == content
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_good_file_and_one_of_a_future_version_are_not_written(tmp_path: Path) -> None:
    for text in (GOOD, BAD.replace("manifest_version = 1", "manifest_version = 7")):
        path = tmp_path / "smartcity.toml"
        path.write_text(text, "utf-8")
        before = path.stat()

        assert mend_file(path) == ()
        assert path.stat().st_ino == before.st_ino
        assert path.read_text("utf-8") == text


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text(BAD, "utf-8")
    link = tmp_path / "smartcity.toml"
    link.symlink_to(tmp_path / "real.toml")

    with pytest.raises(PackageError, match="is a link"):
        mend_file(link)
    assert link.is_symlink()
    assert link.read_text("utf-8") == BAD


def test_a_disk_that_is_full_leaves_the_old_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "smartcity.toml"
    path.write_text(BAD, "utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        mend_file(path)
    assert path.read_text("utf-8") == BAD
    assert list(tmp_path.iterdir()) == [path]

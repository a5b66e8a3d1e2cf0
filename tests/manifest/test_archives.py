"""A file that is no wheel, or a damaged one, is refused with a sentence and a mend."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from smartcity_share.errors import PackageError
from smartcity_share.manifest.archive import Archive
from smartcity_share.manifest.find import from_wheel


def refused(path: Path) -> str:
    """The message a wheel is refused with."""
    with pytest.raises(PackageError) as caught:
        from_wheel(path)
    assert caught.value.hint
    return caught.value.message


def archive(path: Path, **members: bytes) -> Path:
    """A zip file; ``__`` in a name stands for a slash."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/"), content)
    return path


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    path.write_bytes(b"PK not really")

    assert refused(path) == "This is not a wheel: it is no zip file"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.whl") == "There is no such file"


def test_a_folder_named_like_a_wheel_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.whl").mkdir()

    assert "cannot be read" in refused(tmp_path / "a.whl")


def test_a_zip_file_without_dist_info_is_refused(tmp_path: Path) -> None:
    assert "no dist-info" in refused(archive(tmp_path / "a.whl", a__b=b""))


def test_a_zip_file_with_two_dist_infos_is_refused(tmp_path: Path) -> None:
    members = {"a-1.dist-info/METADATA": b"", "b-1.dist-info/METADATA": b""}

    assert "several dist-info" in refused(archive(tmp_path / "a.whl", **members))


def test_a_member_that_is_too_large_is_refused(tmp_path: Path) -> None:
    members = {"a-1.dist-info/METADATA": b"x" * (2 << 20)}

    assert "larger than" in refused(archive(tmp_path / "a.whl", **members))


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.whl", **{"a-1.dist-info/METADATA": b"Name: a" * 50})
    path.write_bytes(path.read_bytes().replace(b"Name: aName", b"Nome: aName"))

    assert "cannot be unpacked" in refused(path)


def test_a_member_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with Archive(archive(tmp_path / "a.whl", a=b"")) as opened, pytest.raises(PackageError, match="has no b"):
        opened.read("b")

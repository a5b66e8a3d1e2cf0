"""Files are stored under names, whole or not at all, and no name leads out of the store."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.errors import FileNameError
from smartcity_share.install.storage.files import LONGEST_NAME, LocalFileStore, checked_name


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    store = LocalFileStore(tmp_path / "files")
    store.write("photos/2026/a.jpg", b"one")
    store.write("photos/2026/a.jpg", io.BytesIO(b"two"))
    with store.open("photos/2026/a.jpg") as file:
        assert file.read() == b"two"


def test_names_are_listed_sorted_by_prefix(tmp_path: Path) -> None:
    store = LocalFileStore(tmp_path / "files")
    assert list(store.names()) == []
    for name in ("b/2", "a", "b/1", "bc"):
        store.write(name, b"")
    assert list(store.names()) == ["a", "b/1", "b/2", "bc"]
    assert list(store.names("b/")) == ["b/1", "b/2"]


def test_deleting_removes_the_file_and_empty_folders_and_is_no_error_twice(tmp_path: Path) -> None:
    store = LocalFileStore(tmp_path / "files")
    store.write("a/b/c", b"")
    store.delete("a/b/c")
    store.delete("a/b/c")
    assert list((tmp_path / "files").iterdir()) == []


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LocalFileStore(tmp_path).open("a")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:  # noqa: ARG002 - the signature of a file
            raise OSError("the line broke")

    store = LocalFileStore(tmp_path)
    store.write("a", b"old")
    with pytest.raises(OSError, match="the line broke"):
        store.write("a", Broken())
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


BAD = [
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "../a",
    "a/../b",
    "a/./b",
    "a\\b",
    "a\0b",
    "a\nb",
    "x" * 201,
    "é" * 150,
    "\ud800",
]


@pytest.mark.parametrize("name", [*BAD, "/".join(["x" * 100] * 5), ".writing-1"])
def test_a_name_that_could_lead_out_or_cannot_be_stored_is_refused(tmp_path: Path, name: str) -> None:
    store = LocalFileStore(tmp_path / "files")
    for act in (lambda: store.write(name, b""), lambda: store.open(name), lambda: store.delete(name)):
        with pytest.raises(FileNameError):
            act()
    assert not (tmp_path / "files").exists()


@given(
    name=st.one_of(
        st.text(max_size=LONGEST_NAME + 2), st.lists(st.sampled_from(["..", ".", "a", "", "b\\", "\0"])).map("/".join)
    )
)
def test_whatever_name_is_accepted_stays_inside_and_is_listed_again(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = LocalFileStore(Path(folder) / "files")
        try:
            checked_name(name)
        except FileNameError:
            return
        store.write(name, b"x")
        assert list(store.names()) == [name]
        assert [path.name for path in Path(folder).iterdir()] == ["files"]


@pytest.mark.parametrize("name", ["link", "folder/secret"])
def test_a_symbolic_link_in_the_store_leads_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"secret")
    files = tmp_path / "files"
    files.mkdir()
    (files / "link").symlink_to(tmp_path / "outside" / "secret")
    (files / "folder").symlink_to(tmp_path / "outside")
    store = LocalFileStore(files)
    with pytest.raises(FileNameError):
        store.open(name)
    with pytest.raises(FileNameError):
        store.write(name, b"changed")
    assert list(store.names()) == []
    assert (tmp_path / "outside" / "secret").read_bytes() == b"secret"

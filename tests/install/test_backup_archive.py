"""Whatever bytes a backup has become: it is what was written, or refused in words; nothing is read outside of it."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.errors import BackupError
from smartcity_share.install.backup.archive import END, HEAD, SUMS, ArchiveReader, ArchiveWriter
from smartcity_share.install.backup.code import tree_digest
from smartcity_share.install.backup.documents import (
    CodeFacts,
    End,
    Head,
    InstallationFacts,
    KeptSettings,
    TableEnd,
    TableFacts,
    Tables,
)
from smartcity_share.install.backup.reading import ReadBackup, read_backup
from smartcity_share.install.backup.rows import RowsDigest, from_line, to_line

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
HOME = "installations/71.08/parks"
ROWS = [(1, "satu", None, b"\x00\xff", 1.5), (2, "dua\n\u2028", 0.1, b"", float("inf"))]
FACTS = InstallationFacts(
    region="71.08",
    app="parks",
    version="1.0.0",
    distribution="parks",
    data_epoch=1,
    code=CodeFacts(location=None, wheel=None, tree=None),
    installed_at=NOW,
)
BASE = Head(
    format=1,
    kind="installation",
    instance="0" * 32,
    engine="sqlite",
    host_version="0.1.0",
    created_at=NOW,
    operation="one",
    secrets=False,
    installations=(FACTS,),
)


def written(head: Head = BASE, files: dict[str, bytes] | None = None, *, more: dict[str, bytes] | None = None) -> bytes:
    """Return a backup of one small installation; with other stored files, or files that do not belong to it."""
    stream = io.BytesIO()
    archive = ArchiveWriter(stream, head)
    archive.put("regions/71.08/profile.toml", b"code = '71.08'\n")
    archive.put(f"{HOME}/settings.json", KeptSettings(settings=()).model_dump_json().encode())
    table = TableFacts(name="park", columns=dict.fromkeys("abcde", "TEXT"))
    archive.put(f"{HOME}/tables.json", Tables(revisions=(), tables=(table,)).model_dump_json().encode())
    digest = RowsDigest()
    for row in ROWS:
        digest.add(to_line(row))
    archive.put(f"{HOME}/tables/0000/000000.jsonl", b"".join(to_line(row) + b"\n" for row in ROWS))
    stored = {"map/satu.txt": b"a map"} if files is None else files
    for name, content in stored.items():
        archive.put_file(f"{HOME}/files/{name}", io.BytesIO(content), len(content))
    for name, content in (more or {}).items():
        archive.put(name, content)
    rows = {"park": TableEnd(rows=digest.rows, digest=digest.digest)}
    archive.finish(End(format=1, members=0, tables={FACTS.id: rows}, files={FACTS.id: len(stored)}))
    return stream.getvalue()


WHOLE = written()


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], ReadBackup]:
    """Reads bytes as a backup."""

    def reading(content: bytes) -> ReadBackup:
        (tmp_path / "b").write_bytes(content)
        return read_backup(tmp_path / "b", ())

    return reading


def refused(content: bytes) -> str:
    """Read all of it, however wrong; return what it was refused with, nothing where it was not."""
    try:
        archive = ArchiveReader(io.BytesIO(content))
        for _ in archive:
            pass
    except BackupError as error:
        return f"{error} {error.hint or 'NO MEND'}"
    return ""


def test_what_was_written_is_read(read: Callable[[bytes], ReadBackup]) -> None:
    found = read(WHOLE)
    assert found.head == BASE
    assert found.digest == hashlib.sha256(WHOLE).hexdigest()
    assert found.end.files == {FACTS.id: 1}


def test_rows_keep_their_values() -> None:
    assert [from_line(to_line(row), 5) for row in ROWS] == ROWS


@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(), st.binary())))
def test_any_row_keeps_its_values(row: list[int | float | str | bytes | None]) -> None:
    line = to_line(row)
    assert b"\n" not in line
    assert list(from_line(line, len(row))) == row


@given(st.binary(max_size=300))
def test_a_line_of_any_bytes_is_a_row_or_refused(line: bytes) -> None:
    try:
        from_line(line, 1)
    except BackupError:
        return


def test_the_digest_of_rows_does_not_depend_on_their_order_and_tells_every_change() -> None:
    one, other, third = RowsDigest(), RowsDigest(), RowsDigest()
    for row in ROWS:
        one.add(to_line(row))
    for row in reversed(ROWS):
        other.add(to_line(row))
    third.add(to_line(ROWS[0]))
    third.add(to_line((*ROWS[1][:4], 2.0)))
    assert one == other
    assert one.digest != third.digest


@given(st.binary(max_size=3000))
def test_any_bytes_are_refused(content: bytes) -> None:
    assert refused(content)


@given(st.binary(max_size=512), st.binary(max_size=512))
def test_a_tar_of_anything_is_refused(name: bytes, content: bytes) -> None:
    block = bytearray(tarfile.TarInfo("x").tobuf(tarfile.USTAR_FORMAT))
    block[: len(name[:100])] = name[:100]
    block[148:156] = f"{tarfile.calc_chksums(block)[0]:06o}\0 ".encode()
    assert refused(bytes(block) + content + bytes(1024))


@given(st.integers(0, len(WHOLE) - 1))
def test_one_cut_short_anywhere_is_refused(length: int) -> None:
    assert refused(WHOLE[:length])


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_altered_anywhere_is_refused_or_says_the_same(place: int, change: int) -> None:
    content = bytearray(WHOLE)
    content[place] ^= change
    if not refused(bytes(content)):  # what tar itself does not look at: owner, moment, what fills a block
        archive = ArchiveReader(io.BytesIO(content))
        names = [(HEAD, b"")] + [(entry.name, archive.document(entry)) for entry in archive]
        original = ArchiveReader(io.BytesIO(WHOLE))
        assert names == [(HEAD, b"")] + [(entry.name, original.document(entry)) for entry in original]
        assert (archive.head, archive.end) == (original.head, original.end)


@given(st.lists(st.integers(0, len(WHOLE) // 512 - 1), max_size=30))
def test_blocks_in_another_order_are_refused(order: list[int]) -> None:
    content = b"".join(WHOLE[512 * place : 512 * (place + 1)] for place in order)
    assert refused(content)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/../../evil", "a//b", "a\\b", "a/./b", "a\x07b", ".writing-x", "a" * 300]
)
def test_a_name_that_leads_outside_is_refused(read: Callable[[bytes], ReadBackup], name: str) -> None:
    with pytest.raises(BackupError, match=r"leads outside of it|has no place"):
        read(written(files={name: b"x"}))


@pytest.mark.parametrize(
    "name",
    [
        "installations/13.10/parks/files/x",
        "installations/71.08/parks/else",
        "installations/71.08/parks/tables/0001/000000.jsonl",
        "installations/71.08/parks/secrets/own/token",
        "regions/71.08/a/b",
        "regions/13.10/profile.toml",
        "code/parks/1.0.0-12345678/x.py",
        "somewhere",
    ],
)
def test_a_file_that_has_no_place_in_it_is_refused(read: Callable[[bytes], ReadBackup], name: str) -> None:
    with pytest.raises(BackupError, match=r"has no place|does not name"):
        read(written(more={name: b"[1]\n"}))


def test_a_file_listed_twice_is_refused(read: Callable[[bytes], ReadBackup]) -> None:
    with pytest.raises(BackupError, match="twice"):
        read(written(more={f"{HOME}/files/map/satu.txt": b"another"}))


def tarred(member: tarfile.TarInfo) -> bytes:
    """Return a tar that begins as a backup does and goes on with a member of any kind."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        head = tarfile.TarInfo(HEAD)
        content = BASE.model_dump_json().encode()
        head.size = len(content)
        tar.addfile(head, io.BytesIO(content))
        tar.addfile(member)
    return stream.getvalue()


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
        tarfile.GNUTYPE_SPARSE,
    ],
)
def test_a_link_a_device_and_a_folder_are_refused(kind: bytes) -> None:
    member = tarfile.TarInfo(f"{HOME}/files/x")
    member.type, member.linkname = kind, "/etc/passwd"
    assert "is a link, folder or device" in refused(tarred(member))


def test_a_file_that_claims_more_than_there_is_is_refused_without_making_room_for_it() -> None:
    member = tarfile.TarInfo(f"{HOME}/files/x")
    member.size = 1 << 39
    stream = tarred(tarfile.TarInfo("y"))[: 512 + 1024] + member.tobuf(tarfile.GNU_FORMAT) + bytes(2048)
    assert "cut short" in refused(stream) or "cannot be read" in refused(stream)


@pytest.mark.parametrize("size", ["²", "9" * 5000, "-1", "", "9" * 13])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    member = tarfile.TarInfo(f"{HOME}/files/x")
    member.pax_headers = {"size": size}
    assert "claims a size of" in refused(tarred(member))


def test_code_larger_than_any_document_is_read(read: Callable[[bytes], ReadBackup], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartcity_share.install.backup.archive.LARGEST_DOCUMENT", 8 * 1024)
    location, model, metadata = "code/parks/1.0.0-12345678", bytes(9 * 1024), b"Name: parks\n"
    files = {"parks/model.bin": model, "parks-1.0.0.dist-info/METADATA": metadata}
    tree = tree_digest((name, hashlib.sha256(content).hexdigest()) for name, content in files.items())
    code = CodeFacts(location=location, wheel="0" * 64, tree=tree)
    head = BASE.model_copy(update={"installations": (FACTS.model_copy(update={"code": code}),)})
    found = read(written(head, more={f"{location}/{name}": content for name, content in files.items()}))
    assert found.code_bytes == len(model) + len(metadata)
    assert found.metadata == {location: "Name: parks\n"}
    with pytest.raises(BackupError, match="larger than any document"):
        read(written(head, more={f"{location}/parks-1.0.0.dist-info/METADATA": model}))


def test_a_header_that_claims_to_be_huge_is_refused() -> None:
    member = tarfile.TarInfo("x")
    member.type, member.size = tarfile.XHDTYPE, 1 << 30
    assert "too long" in refused(tarred(member))


def test_one_of_a_newer_format_is_refused_with_the_version_to_use() -> None:
    content = BASE.model_dump_json().replace('"format":1', '"format":2,"new":true').encode()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        head = tarfile.TarInfo(HEAD)
        head.size = len(content)
        tar.addfile(head, io.BytesIO(content))
    with pytest.raises(BackupError, match="has format 2") as caught:
        ArchiveReader(stream := io.BytesIO(stream.getvalue()))
    assert "newer one" in str(caught.value.hint)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"format":1}', b"\xff", b"[" * 100_000])
def test_a_head_that_is_none_is_refused(content: bytes) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        head = tarfile.TarInfo(HEAD)
        head.size = len(content)
        tar.addfile(head, io.BytesIO(content))
    assert "was altered, or is none" in refused(stream.getvalue())


def test_something_after_its_end_is_refused() -> None:
    assert "follows its end" in refused(WHOLE + b"x")


def test_the_lists_are_the_last_two_files() -> None:
    with tarfile.open(fileobj=io.BytesIO(WHOLE)) as tar:
        names = tar.getnames()
    assert names[0] == HEAD
    assert names[-2:] == [SUMS, END]

"""A wheel is opened only when its names, sizes, metadata and digests are those of a wheel made in the usual way."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.tags import parse_tag

from smartcity_share.errors import PackageError
from smartcity_share.package import members
from smartcity_share.package.wheel import Wheel

Spoil = Callable[..., Path]


def refused(path: Path) -> str:
    """The message a wheel is refused with."""
    with pytest.raises(PackageError) as caught:
        Wheel.checked(path)
    assert caught.value.hint
    assert caught.value.where is not None
    assert caught.value.where.file == str(path)
    return caught.value.message


def test_a_good_wheel_is_opened_and_verified(good_wheel: Path) -> None:
    wheel = Wheel.checked(good_wheel)

    assert (wheel.name, wheel.version) == ("smartcity-test-parks", "1.0.0")
    assert f"{wheel.dist_info}/extra_metadata/smartcity.toml" in wheel.files
    assert wheel.metadata.entry_points["smartcity_share.apps"]["parks"].endswith(".plugin")
    assert wheel.tags == parse_tag("py3-none-any")
    assert wheel.sha256 == hashlib.sha256(good_wheel.read_bytes()).hexdigest()


@pytest.mark.parametrize("required", ["METADATA", "WHEEL", "RECORD"])
def test_a_wheel_without_a_file_every_wheel_has_is_refused(spoiled: Spoil, required: str) -> None:
    assert f"has no smartcity_test_parks-1.0.0.dist-info/{required}" in refused(spoiled({f"INFO/{required}": None}))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../outside.py", "would leave its folder"),
        ("a/../../outside.py", "would leave its folder"),
        ("a//b.py", "would leave its folder"),
        ("./a.py", "would leave its folder"),
        ("/etc/passwd", "is an absolute path"),
        ("C:/windows.py", "is an absolute path"),
        ("a\\..\\b.py", "no file name may have"),
        ("a\x1bb.py", "no file name may have"),
        ("package/aux.py", "not every system can store"),
        ("package/a. ", "not every system can store"),
    ],
)
def test_a_name_that_could_touch_anything_else_is_refused(spoiled: Spoil, name: str, words: str) -> None:
    assert words in refused(spoiled({name: b""}))


def test_names_that_differ_only_in_case_are_refused(spoiled: Spoil) -> None:
    assert "only in case" in refused(spoiled({"readme.txt": b"", "README.txt": b""}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_device_is_refused(good_wheel: Path, tmp_path: Path, kind: int) -> None:
    path = tmp_path / good_wheel.name
    path.write_bytes(good_wheel.read_bytes())
    entry = zipfile.ZipInfo("package/link")
    entry.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(entry, "/etc/passwd")

    assert "is a link or a device" in refused(path)


def test_an_encrypted_member_is_refused(good_wheel: Path, tmp_path: Path) -> None:
    content = bytearray(good_wheel.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1
    path = tmp_path / good_wheel.name
    path.write_bytes(content)

    assert "is encrypted" in refused(path)


def test_a_bomb_is_refused_before_it_is_unpacked(spoiled: Spoil) -> None:
    assert "unpacks from" in refused(spoiled({"package/zeros.bin": b"\0" * (40 << 20)}))


def test_a_wheel_that_unpacks_to_too_much_is_refused(spoiled: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST_BYTES", 100)

    assert "unpacks from" in refused(spoiled({}))


def test_a_wheel_of_too_many_files_is_refused(spoiled: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST_FILES", 3)

    assert "more than 3 files" in refused(spoiled({}))


def test_a_size_that_lies_is_caught_when_the_file_is_read(good_wheel: Path, tmp_path: Path) -> None:
    content = bytearray(good_wheel.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (5).to_bytes(4, "little")
    path = tmp_path / good_wheel.name
    path.write_bytes(content)

    assert any(words in refused(path) for words in ("cannot be unpacked", "is not the file that was recorded"))


def test_a_changed_file_is_refused(spoiled: Spoil) -> None:
    path = spoiled({"INFO/entry_points.txt": b"[smartcity_share.apps]\nparks = evil:plugin\n"}, record=False)

    assert refused(path) == "smartcity_test_parks-1.0.0.dist-info/entry_points.txt is not the file that was recorded"


def test_a_file_that_is_not_recorded_is_refused(spoiled: Spoil) -> None:
    assert refused(spoiled({"evil.pth": b"import evil"}, record=False)) == "evil.pth is not in RECORD"


def test_a_recorded_file_that_is_missing_is_refused(spoiled: Spoil) -> None:
    assert "but not in the wheel" in refused(spoiled({"INFO/entry_points.txt": None}, record=False))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (lambda text: text.replace(b"sha256=", b"md5="), "has no SHA-2 digest"),
        (lambda text: text.replace(b",sha256=", b",,"), "has no SHA-2 digest"),
        (lambda _: b'"open quote', "RECORD cannot be read"),
        (lambda _: b"", "is not in RECORD"),
    ],
)
def test_a_record_that_proves_nothing_is_refused(
    good_wheel: Path, spoiled: Spoil, record: Callable[[bytes], bytes], words: str
) -> None:
    with zipfile.ZipFile(good_wheel) as file:
        name = next(member for member in file.namelist() if member.endswith("/RECORD"))
        text = file.read(name)

    assert words in refused(spoiled({name: record(text)}, record=False))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("other-1.0.0-py3-none-any.whl", "its metadata says smartcity-test-parks 1.0.0"),
        ("smartcity_test_parks-2.0.0-py3-none-any.whl", "is named smartcity-test-parks 2.0.0"),
        ("parks.whl", "file name is not that of a wheel"),
    ],
)
def test_a_file_name_that_does_not_agree_is_refused(spoiled: Spoil, name: str, words: str) -> None:
    assert words in refused(spoiled({}, name=name))


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (b"Metadata-Version: 2.4\nName: smartcity-test-parks\nVersion: soon\n", "no valid version"),
        (b"", "no valid version"),
        (b"\xff\xfe\x00", "no valid version"),
    ],
)
def test_metadata_that_is_none_is_refused(spoiled: Spoil, metadata: bytes, words: str) -> None:
    assert words in refused(spoiled({"INFO/METADATA": metadata}))


def test_a_dist_info_folder_of_another_release_is_refused(good_wheel: Path, tmp_path: Path) -> None:
    path = tmp_path / good_wheel.name
    with zipfile.ZipFile(good_wheel) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.namelist():
            new.writestr(member.replace("-1.0.0.dist-info", "-1.0.1.dist-info"), old.read(member))

    assert "is not that of smartcity-test-parks 1.0.0" in refused(path)


def test_a_wheel_of_a_newer_format_is_refused(spoiled: Spoil) -> None:
    assert "format version 2.0" in refused(spoiled({"INFO/WHEEL": b"Wheel-Version: 2.0\n"}))
    assert "format version unknown" in refused(spoiled({"INFO/WHEEL": b""}))


def test_a_wheel_for_another_platform_is_refused(spoiled: Spoil) -> None:
    path = spoiled({}, name="smartcity_test_parks-1.0.0-cp39-cp39-win_amd64.whl")

    assert "made for cp39-cp39-win_amd64" in refused(path)
    Wheel.open(path).require_compatible(supported=frozenset(parse_tag("cp39-cp39-win_amd64")))


def test_a_wheel_for_another_python_is_refused(good_wheel: Path) -> None:
    wheel = Wheel.open(good_wheel)

    wheel.require_compatible(python="3.11.0")
    with pytest.raises(PackageError, match=r"needs Python >=3\.11; this is 3\.10\.1"):
        wheel.require_compatible(python="3.10.1")


def test_a_range_of_pythons_that_is_none_is_refused(spoiled: Spoil) -> None:
    text = b"Metadata-Version: 2.4\nName: smartcity-test-parks\nVersion: 1.0.0\nRequires-Python: new ones\n"

    assert "is no range of versions" in refused(spoiled({"INFO/METADATA": text}))

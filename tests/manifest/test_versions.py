"""A newer minor version of the manifest keeps what it adds; a newer major version is one clear fault."""

from __future__ import annotations

import pytest

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import ManifestError
from smartcity_share.manifest.read import check, notices, read_manifest


def document(examples: tuple[str, str], version: str, more: str = "") -> TomlDocument:
    """The smallest manifest under another version, with lines added at its end."""
    text = examples[0].replace("manifest_version = 1", f"manifest_version = {version}") + more
    return TomlDocument.parse(text.encode(), "smartcity.toml")


NEW = '[surprise]\nnew = 1\n[[role]]\nid = "a"\ntitle = {id = "a", en = "b"}\npermissions = ["p"]\nnovel = true\n'


@pytest.mark.parametrize("version", ["1", '"1"', '"1.0"'])
def test_this_version_is_read(examples: tuple[str, str], version: str) -> None:
    manifest = read_manifest(document(examples, version))

    assert manifest.app.id == "hello"
    assert notices(document(examples, version)) == ()


def test_unknown_keys_of_this_version_are_faults(examples: tuple[str, str]) -> None:
    _, faults = check(document(examples, '"1.0"', NEW))

    assert [(fault.code, fault.where.key) for fault in faults] == [
        ("key-unknown", "surprise"),
        ("key-unknown", "role[1].novel"),
    ]


def test_unknown_keys_of_a_newer_minor_version_are_kept_and_noticed(examples: tuple[str, str]) -> None:
    newer = document(examples, '"1.7"', NEW)

    manifest, faults = check(newer)

    assert faults == ()
    assert manifest is not None
    assert manifest.model_extra == {"surprise": {"new": 1}}
    assert manifest.roles[0].model_extra == {"novel": True}
    found = notices(newer)
    assert [(notice.code, notice.where.key) for notice in found] == [
        ("key-newer", "surprise"),
        ("key-newer", "role[1].novel"),
    ]
    assert all(notice.where.line for notice in found)


def test_other_faults_of_a_newer_minor_version_are_told(examples: tuple[str, str]) -> None:
    _, faults = check(document(examples, '"1.7"', '[needs]\nfiles = "yes"\nnew = 1\n'))

    assert [fault.code for fault in faults] == ["value-type"]


@pytest.mark.parametrize("version", ["2", '"2"', '"2.1"', "900"])
def test_a_newer_major_version_is_one_fault_and_nothing_else_is_told(examples: tuple[str, str], version: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(document(examples, version, NEW))

    (fault,) = caught.value.faults
    assert (fault.code, fault.where.line) == ("manifest-version-unsupported", 1)
    assert "pip install --upgrade smartcity-share" in fault.mend

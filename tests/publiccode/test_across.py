"""Rules that look at more than one value: each fires on what breaks it and passes what keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.publiccode_reference import ACROSS
from smartcity_share.publiccode import check
from tests.publiccode.samples import CONTRACT, FULL, document_for, png, put, text_of

YAML = text_of(FULL)


def full(path: str, value: Any) -> str:
    """A full file with one value changed."""
    document = document_for(path)
    put(document, path, value)
    return text_of(document)


CASES: dict[str, tuple[str, str, Any, Any]] = {
    "mapping": ("value-type", "", "- a", YAML),
    "known-keys": ("key-unknown", "legal.x-ours", full("legal.x-ours", 1), YAML),
    "keys-once": ("key-repeated", "name", YAML[:-1] + ', "name": "B"}', YAML),
    "words-as-keys": ("yaml-key-invalid", "", "? [a]\n: b", YAML[:-1] + ', "<<": {"name": "B"}}'.replace('"<<"', "<<")),
    "one-document": ("yaml-several-documents", "", f"--- {YAML}\n--- {YAML}", f"--- {YAML}\n...\n"),
    "utf-8": ("document-not-utf8", "", YAML.encode() + b"\xff", YAML.encode()),
    "no-byte-order-mark": ("yaml-byte-order-mark", "", "\ufeff" + YAML, YAML),
    "yaml": ("yaml-syntax", "", YAML[:-1], YAML),
    "anchors": ("yaml-alias-unknown", "", full("usedBy", "ALIAS").replace('"ALIAS"', "*one"), "x: &one [a]\n"),
    "bounds": ("yaml-too-large", "", "[" * 65 + "]" * 65, "[" * 60 + "]" * 60),
    "languages": ("language-tag-invalid", "description.eng", full("description.eng", FULL["description"]["en"]), YAML),
    "contractors-with-contract": (
        "contractors-missing",
        "maintenance.contractors",
        full("maintenance", {"type": "contract"}),
        full("maintenance", CONTRACT),
    ),
    "contractors-without-contract": (
        "contractors-unexpected",
        "maintenance.contractors",
        full("maintenance", {"type": "none", "contractors": []}),
        full("maintenance", {"type": "none"}),
    ),
    "contacts-internal": (
        "contacts-missing",
        "maintenance.contacts",
        full("maintenance", {"type": "community"}),
        full("maintenance", {"type": "community", "contacts": []}),
    ),
    "contacts-empty": ("contacts-empty", "maintenance.contacts", full("maintenance", {"type": "none", "contacts": []}), YAML),
    "one-country-section": (
        "country-section-repeated",
        "it",
        full("IT", {}).replace('"IT"', '"it": {"riuso": {}}, "IT"'),
        YAML,
    ),
    "files-beside-it": ("named-file-missing", "logo", full("logo", "none.svg"), full("logo", "a.svg")),
    "logo-is-png": ("picture-kind", "logo", full("logo", "false.png"), full("logo", "wide.png")),
    "logo-width": ("picture-too-small", "logo", full("logo", "narrow.png"), full("logo", "wide.png")),
}
"""Rule -> code, key, a file that breaks it, a file that keeps it."""

UNFINISHED = {"yaml-alias-unknown", "yaml-too-large"}
"""Codes whose good file is of YAML alone, and no publiccode.yml."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with pictures."""
    for name in ("logo.svg", "mono.svg", "shot.png", "a.svg", "false.png", "AUTHORS"):
        (tmp_path / name).write_text("<svg/>")
    (tmp_path / "wide.png").write_bytes(png(120))
    (tmp_path / "narrow.png").write_bytes(png(119))
    return tmp_path


def found(content: str | bytes, folder: Path) -> set[tuple[str, str]]:
    """The code and key of each error and warning."""
    result = check(content, folder=folder)
    return {(fault.code, fault.where.key or "") for fault in (*result.errors, *result.warnings)}


@pytest.mark.parametrize("rule", list(ACROSS))
def test_across_fires(rule: str, folder: Path) -> None:
    code, key, bad, _ = CASES[rule]

    assert (code, key) in found(bad, folder)
    assert check(bad, folder=folder).valid == (rule == "contacts-empty")


@pytest.mark.parametrize("rule", list(ACROSS))
def test_across_passes(rule: str, folder: Path) -> None:
    code, _, _, good = CASES[rule]

    assert code not in {told for told, _ in found(good, folder)}
    if code not in UNFINISHED:
        assert check(good, folder=folder).valid


@pytest.mark.parametrize(
    ("path", "missing", "there"),
    [
        ("monochromeLogo", "none.svg", "a.svg"),
        ("legal.authorsFile", "none", "AUTHORS"),
        ("legal.authorsFile", "none", "."),
        ("description.<language>.screenshots", ["none.png"], ["shot.png"]),
    ],
)
def test_every_file_that_is_named_is_looked_for(path: str, missing: Any, there: Any, folder: Path) -> None:
    key = path.replace("<language>", "en") + ("[0]" if isinstance(missing, list) else "")

    assert found(full(path, missing), folder) >= {("named-file-missing", key)}
    assert check(full(path, there), folder=folder).valid


def test_nothing_outside_the_folder_is_opened(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.svg").write_text("<svg/>")
    (folder / "link.svg").symlink_to(outside / "a.svg")

    for name in ("link.svg", f"../{outside.name}/a.svg"):
        assert {fault.code for fault in check(full("logo", name), folder=folder).errors} == {"named-file-missing"}


def test_without_a_folder_files_are_left_and_it_is_said() -> None:
    result = check(YAML)

    assert result.valid
    assert {"logo", "legal.authorsFile"} <= {fault.where.key for fault in result.notices}


def test_what_cannot_be_checked_is_a_notice_and_leaves_the_file_valid() -> None:
    result = check(full("organisation.uri", "urn:x-italian-pa:c_h501"))

    assert result.valid
    assert "not checked" in next(fault.message for fault in result.notices if fault.where.key == "organisation.uri")


def test_a_merge_key_takes_in_what_is_not_given() -> None:
    text = "base: &b {name: A, url: 'x:y'}\n<<: *b\nname: B\n"

    faults = {fault.where.key for fault in check(text).errors}

    assert "url" not in faults
    assert "name" not in faults
    assert "platforms" in faults

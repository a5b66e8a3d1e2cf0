"""A valid publiccode.yml is made of an app, or everything that lacks is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import DocumentError
from smartcity_share.manifest.found import FoundManifest
from smartcity_share.manifest.metadata import CoreMetadata, from_pyproject, from_texts
from smartcity_share.manifest.read import read_manifest
from smartcity_share.publiccode import Adopter, check, export, import_

MANIFEST = """\
manifest_version = 1
host_api = ">=1.0,<2"

[app]
id = "parks"
title = {{ en = "Parks", id = "Taman" }}
summary = {{ en = "{summary}", id = "Daftar taman" }}
description = {{ en = "{description}", id = "{indonesian}" }}
category = "{category}"
status = "beta"

[origin]
agency = "Parks agency"
contacts = [{{ name = "Parks team", email = "parks@example.org" }}]

[terms]
agreement_required = false

[localisation]
complete = ["en", "id"]
{page}
"""
PAGE = '[[page]]\npath = "/"\naccess = "public"\ntitle = { en = "Register", id = "Daftar" }\n'
METADATA = CoreMetadata(
    name="parks",
    version="1.2",
    license="MIT",
    requires_dist=("smartcity-share>=0.1", "attrs", "not a requirement!"),
    urls={"Source Code": "https://example.org/parks.git", "Documentation": "https://example.org/docs"},
)


def found(metadata: CoreMetadata = METADATA, **texts: str) -> FoundManifest:
    """An app with these texts."""
    given = {
        "summary": "A register",
        "description": "Words. " * 30,
        "indonesian": "Kata. " * 40,
        "category": "assets",
        "page": PAGE,
    }
    document = TomlDocument.parse(MANIFEST.format(**{**given, **texts}).encode(), "smartcity.toml")
    return FoundManifest(read_manifest(document), document, metadata, "parks")


def test_what_is_made_is_valid_and_says_what_the_app_says() -> None:
    made = export(found())
    data = yaml.safe_load(made.text)

    assert check(made.text).errors == check(made.text).warnings == ()
    assert made.notes == ()
    assert data["publiccodeYmlVersion"] == "0"
    assert data["name"] == "Parks"
    assert data["url"] == "https://example.org/parks.git"
    assert data["categories"] == ["inventory-management", "property-management"]
    assert set(data["description"]) == {"en", "id"}
    assert data["description"]["id"]["features"] == ["Daftar"]
    assert data["description"]["en"]["documentation"] == "https://example.org/docs"
    assert data["dependsOn"] == {"open": [{"name": "smartcity-share", "version": ">=0.1"}]}
    assert data["maintenance"]["contacts"] == [{"name": "Parks team", "email": "parks@example.org"}]


def test_users_are_named_by_proven_adoption_only() -> None:
    assert "usedBy" not in yaml.safe_load(export(found()).text)
    assert yaml.safe_load(export(found(), adopters=[Adopter("Kota Bogor", "record:7")]).text)["usedBy"] == ["Kota Bogor"]
    with pytest.raises(ValueError, match="evidence"):
        Adopter("Kota Bogor", "")


def test_everything_that_lacks_is_told_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        export(found(CoreMetadata(), description="Short", indonesian="Pendek", page=""))

    codes = [fault.code for fault in caught.value.faults]
    assert sorted(set(codes)) == ["features-unstated", "licence-unknown", "repository-unstated", "value-too-short"]
    assert codes.count("value-too-short") == 2
    assert all(fault.mend for fault in caught.value.faults)


def test_a_language_that_says_too_little_is_left_out_and_told() -> None:
    made = export(found(indonesian="Pendek"))

    assert list(yaml.safe_load(made.text)["description"]) == ["en"]
    assert [(note.code, note.where.key) for note in made.notes] == [("value-too-short", "app.description.id")]


def test_a_long_summary_is_cut_and_told() -> None:
    made = export(found(summary="word " * 40 + "end"))

    assert len(yaml.safe_load(made.text)["description"]["en"]["shortDescription"]) <= 150
    assert [note.code for note in made.notes] == ["value-too-long"]


@pytest.mark.parametrize("url", ["git@example.org:a/b.git", "parks"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(DocumentError) as caught:
        export(found(), url=url)

    assert [fault.code for fault in caught.value.faults] == ["repository-unstated"]


def test_a_given_address_comes_before_that_of_the_metadata() -> None:
    assert yaml.safe_load(export(found(), url="ssh://example.org/x").text)["url"] == "ssh://example.org/x"


def test_what_was_made_can_be_imported_again() -> None:
    draft = import_(export(found()).text.encode())

    assert 'id = "parks"' in draft.text
    assert 'agency = "Parks agency"' in draft.text


def test_the_app_of_this_repository_can_be_exported() -> None:
    from smartcity_share.manifest.find import from_path

    made = export(from_path(Path(__file__).resolve().parents[2] / "plugins" / "complaints"), url="https://example.org/a.git")

    assert check(made.text).valid


def test_links_are_read_from_a_project_and_from_a_wheel() -> None:
    text = "Metadata-Version: 2.4\nName: a\nProject-URL: Repository, https://example.org/a.git\n"

    assert from_texts(text).urls == {"Repository": "https://example.org/a.git"}
    assert from_pyproject({"urls": {"Source": "https://example.org", "Bad": 1}}).urls == {"Source": "https://example.org"}
    assert from_pyproject({"urls": 3}).urls == {}

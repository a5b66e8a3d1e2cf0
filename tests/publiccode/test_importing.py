"""A draft of a manifest is made of a publiccode.yml, and what was lost is told."""

from __future__ import annotations

import tomllib

import pytest

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import DocumentError
from smartcity_share.manifest.read import check as check_manifest
from smartcity_share.publiccode import import_
from smartcity_share.publiccode.importing import app_id
from tests.publiccode.samples import FULL, LONG, text_of


def draft_of(document: dict[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """The data of the draft, and key -> kind of each loss."""
    draft = import_(text_of(document).encode())
    manifest, faults = check_manifest(TomlDocument.parse(draft.text.encode(), "draft"))
    assert faults == ()
    assert manifest is not None
    return tomllib.loads(draft.text), {loss.where.key or "": loss.kind for loss in draft.losses}


def test_what_the_manifest_has_a_place_for_is_taken_over() -> None:
    data, _ = draft_of({**FULL, "categories": ["whistleblowing"]})

    assert data["app"] == {
        "id": "parks",
        "title": {"en": "Parks"},
        "summary": {"en": "A register of parks"},
        "description": {"en": LONG.strip()},
        "category": "whistleblowing",
        "status": "stable",
    }
    assert data["origin"] == {
        "agency": "Example",
        "contacts": [{"kind": "person", "name": "Parks team", "email": "parks@example.org"}],
    }
    assert data["localisation"] == {"complete": ["en"]}


def test_every_key_that_is_not_taken_over_is_told() -> None:
    data, losses = draft_of(FULL)

    taken = {"publiccodeYmlVersion", "name", "developmentStatus", "description", "maintenance", "localisation"}
    assert {key for key in FULL if not any(loss.split(".")[0] == key for loss in losses)} <= taken
    assert losses["usedBy"] == losses["url"] == losses["legal.license"] == losses["description.en.features"] == "lost"
    assert losses["categories"] == "missing"
    assert data["app"]["category"] == "other"  # type: ignore[index]


def test_a_file_with_faults_still_gives_a_valid_draft() -> None:
    _, losses = draft_of(
        {"description": {"eng_US": {}, "en": 3}, "maintenance": {"contacts": [{"name": "A", "email": "no"}, 1]}}
    )

    assert losses["maintenance.contacts[0]"] == "lost"
    assert losses["maintenance.contacts"] == losses["organisation"] == losses["developmentStatus"] == "missing"


def test_a_category_that_is_changed_is_told() -> None:
    _, losses = draft_of({**FULL, "categories": ["other", "help-desk"]})

    assert losses["categories"] == "changed"


def test_texts_a_manifest_does_not_take_are_cut_or_cleaned() -> None:
    texts = {"shortDescription": "a\tb\u202ec\n" + "x" * 400, "longDescription": "y" * 2500}
    data, losses = draft_of({"name": "A\nB", "description": {"id": texts}})

    assert data["app"]["title"] == {"id": "A B"}  # type: ignore[index]
    assert losses["description.id.longDescription"] == "changed"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Parks & Gardens 2", "parks-gardens"), ("123", "app"), ("Ü", "app"), ("x" * 50, "x" * 31), ("a", "app")],
)
def test_an_app_id_is_made_of_any_name(name: str, wanted: str) -> None:
    assert app_id(name) == wanted


@pytest.mark.parametrize("content", [b"", b"- a", b"\xff", b"["])
def test_what_is_no_publiccode_yml_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        import_(content)

    assert caught.value.faults

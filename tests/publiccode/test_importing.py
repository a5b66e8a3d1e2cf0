"""A draft of a manifest is made of a publiccode.yml, and what was lost is told."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

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


def _paths(node: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path into a tree."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in entries:
        yield (*before, step)
        yield from _paths(inner, (*before, step))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WORDS = st.sampled_from(["en", "id", "eng", "name", "email", "shortDescription", "longDescription", "localisedName"])
VALUES = (
    st.none() | st.booleans() | st.integers() | TEXTS | st.lists(TEXTS, max_size=3) | st.dictionaries(WORDS, TEXTS, max_size=3)
)


@given(st.lists(st.tuples(st.sampled_from(list(_paths(FULL))), VALUES), min_size=1, max_size=4))
def test_whatever_stands_in_a_file_its_draft_is_a_valid_manifest(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document: Any = copy.deepcopy(FULL)
    for path, value in changes:
        node = document
        for step in path[:-1]:
            node = node[step] if isinstance(node, dict | list) and _has(node, step) else {}
        if isinstance(node, dict) or (isinstance(node, list) and _has(node, path[-1])):
            node[path[-1]] = value

    draft = import_(yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode())

    assert check_manifest(TomlDocument.parse(draft.text.encode(), "draft"))[1] == ()


def _has(node: dict[Any, Any] | list[Any], step: Any) -> bool:
    return step in node if isinstance(node, dict) else isinstance(step, int) and step < len(node)

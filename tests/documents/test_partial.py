"""What can be read of a document with faults: every value that is right, none that is wrong, never an error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from smartcity_share.documents.partial import readable_part
from smartcity_share.manifest.model import Manifest
from tests.apps.factory import minimal_manifest
from tests.manifest.test_any_manifest import KEYS, VALUES, st


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_anything_can_be_read_in_part(data: dict[str, Any]) -> None:
    readable_part(Manifest, data)


def test_a_document_without_faults_is_read_whole() -> None:
    data = minimal_manifest("parks")

    assert readable_part(Manifest, data) == Manifest.model_validate(data)


def test_values_that_are_wrong_have_their_default_or_are_not_there() -> None:
    data = minimal_manifest("parks")
    data["region_uses"] = "name"
    data["role"] = [{"id": "gardener", "title": 3}, "gardener"]
    del data["host_api"]

    part = readable_part(Manifest, data)

    assert part.region_uses == ()
    assert [role.id for role in part.roles] == ["gardener"]
    with pytest.raises(AttributeError):
        _ = part.host_api
    with pytest.raises(AttributeError):
        _ = part.roles[0].title

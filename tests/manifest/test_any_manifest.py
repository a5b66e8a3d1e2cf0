"""Whatever stands in a manifest, checking it ends in a manifest or in placed faults, never in another exception."""

from __future__ import annotations

import tomllib
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import ManifestError
from smartcity_share.manifest.model import Manifest
from smartcity_share.manifest.read import check, notices

PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
KEYS = st.sampled_from(
    sorted(
        {field.alias or name for name, field in Manifest.model_fields.items()}
        | {
            "id",
            "title",
            "fields",
            "class",
            "permission",
            "permissions",
            "path",
            "access",
            "methods",
            "menu",
            "schedule",
            "since",
        }
        | {"columns", "connectors", "contract", "complete", "region", "contacts", "based_on", "kind", "provides", "icon", "alt"}
    )
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans()
    | st.integers(-5, 5)
    | st.floats(-5, 5)
    | st.dates().map(lambda day: day)
    | st.sampled_from(
        ["app", "connector", "permission", "public", "13.1", "/", "/{a}", "* * * * *", "en", "personal-general", ""]
    )
    | st.text(PRINTABLE, max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6), st.sampled_from([1, "1.0", "1.9", "2", 0, "x"]))
def test_a_manifest_of_anything_is_judged(data: dict[str, Any], version: object) -> None:
    text = tomlkit.dumps({**data, "manifest_version": version})
    document = TomlDocument.parse(text.encode(), "m", error=ManifestError)
    assert document.data == tomllib.loads(text)

    manifest, faults = check(document)

    assert (manifest is None) == bool(faults)
    assert all(fault.where.line and fault.mend and fault.message for fault in (*faults, *notices(document)))
    assert len({(fault.where.key, fault.code, fault.message) for fault in faults}) == len(faults)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_good_manifest_with_one_key_spoiled_is_judged(examples: tuple[str, str], data: st.DataObject) -> None:
    good = tomllib.loads(examples[1])
    holder: Any = good
    while True:
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        holder = inner
    holder[key] = data.draw(VALUES)

    _, faults = check(TomlDocument.parse(tomlkit.dumps(good).encode(), "m"))

    assert all(fault.where.line and fault.mend for fault in faults)

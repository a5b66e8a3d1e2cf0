"""The JSON Schema of the manifest, for editors that complete and check TOML."""

from __future__ import annotations

from typing import Any, Final

SCHEMA_ID: Final = "https://smartcity-share.example/schema/smartcity-1.json"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``smartcity.toml``, version 1.

    It says what a schema can say: keys, types, shapes and allowed values. What holds between keys is told by
    :func:`smartcity_share.manifest.read.check` only.
    """
    from smartcity_share.manifest.model import Manifest

    schema = Manifest.model_json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "$comment": "Made by `smartcity manifest schema`; rules between keys are checked by `smartcity manifest check`.",
    }
    return {**head, **_tidied(schema)}


def _tidied(node: Any) -> Any:
    """Join the lines of descriptions, and leave out titles that only repeat the key."""
    if isinstance(node, list):
        return [_tidied(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    tidy: dict[str, Any] = {}
    for key, value in node.items():
        if key == "description" and isinstance(value, str):
            tidy[key] = " ".join(value.split())
        elif key == "title" and isinstance(value, str) and "properties" not in node:
            continue
        else:
            tidy[key] = _tidied(value)
    return tidy

"""The JSON Schema of the manifest, for editors that complete and check TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SCHEMA_ID: Final = "https://smartcity-share.example/schema/smartcity-1.json"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``smartcity.toml``, version 1.

    It says what a schema can say: keys, types, shapes and allowed values. What holds between keys is told by
    :func:`smartcity_share.manifest.read.check` only.

    Beside the standard it has what language servers for TOML read: ``x-taplo`` (the keys to begin a table with) and
    ``x-tombi-…`` (version of TOML, order of keys, what free keys stand for).
    """
    from smartcity_share.manifest.model import Manifest

    schema = Manifest.model_json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "$comment": "Made by `smartcity manifest schema`; rules between keys are checked by `smartcity manifest check`.",
        "x-tombi-toml-version": "v1.0.0",
    }
    described = {name: table.get("description", "") for name, table in schema["$defs"].items()}
    tables = {name: _table(table, described) for name, table in schema.pop("$defs").items()}
    whole = _table(schema, described)
    return {**head, **whole, "$defs": tables}


def _table(table: dict[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema of one table, its keys with title and description; ``words`` describe the tables by their name."""
    properties = {key: _property(key, value, words) for key, value in table.get("properties", {}).items()}
    described: dict[str, Any] = _tidied({key: value for key, value in table.items() if key != "properties"})
    if not properties:
        return described
    hints = {"x-tombi-table-keys-order": "schema", "x-taplo": {"initKeys": described.get("required", [])}}
    return {**described, "properties": properties, **hints}


def _property(key: str, value: dict[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    tidy: dict[str, Any] = _tidied(value)
    reference = tidy.pop("$ref", None)
    if reference is not None:  # older drafts, which some editors read, pass over what stands beside a reference
        tidy["allOf"] = [{"$ref": reference}]
        tidy.setdefault("description", " ".join(words[reference.rpartition("/")[2]].split()))
    free = tidy.get("additionalProperties")
    if isinstance(free, dict) or free is True:
        tidy["x-tombi-additional-key-label"] = "reverse-domain-name" if key == "x" else "language"
    return {**tidy, "title": "Extensions" if key == "x" else key.replace("_", " ").capitalize()}


def _tidied(node: Any) -> Any:
    """Join the lines of descriptions, and leave out null, which TOML does not have, and titles that only repeat a name."""
    if isinstance(node, list):
        return [_tidied(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    choices = [choice for choice in node.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        node = {**choices[0], **{key: value for key, value in node.items() if key != "anyOf"}}
    tidy: dict[str, Any] = {}
    for key, value in node.items():
        if key == "description" and isinstance(value, str):
            tidy[key] = " ".join(value.split())
        elif key == "default" and (value is None or isinstance(value, dict)):
            continue  # a table that is left out is no table with defaults
        else:
            tidy[key] = _tidied(value)
    return tidy

"""The published description is that of what is served: the same operations, parameters and schemas, for the region asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.operations import OPERATIONS
from smartcity_complaints.workflow import State

JSON = "application/json; charset=utf-8"


@pytest.fixture
def described(api: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.get("openapi.json").json
    return found


def _operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _schemas(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        if "schema" in node:
            yield node["schema"]
        for inner in node.values():
            yield from _schemas(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _schemas(inner)


def test_every_operation_is_described_in_both_formats_and_nothing_else(described: dict[str, Any]) -> None:
    wanted = {(f"{entry.path}.{form}", entry.method.lower()) for entry in OPERATIONS for form in ("xml", "json")}

    assert described["openapi"] == "3.1.0"
    assert {(path, method) for path, method, _ in _operations(described)} == wanted
    names = [operation["operationId"] for _, _, operation in _operations(described)]
    assert len(set(names)) == len(names)


def test_every_parameter_of_the_code_is_described_and_nothing_else(described: dict[str, Any], installation: Any) -> None:
    context = Context(installation, "en", "http://testserver/71.08/complaints", "Pemerintah")
    for entry in OPERATIONS:
        operation = described["paths"][f"{entry.path}.json"][entry.method.lower()]
        wanted = {parameter.name for parameter in entry.parameters(context)}
        if entry.method == "GET":
            found = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
        else:
            forms = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["anyOf"]
            names = set().union(*(form["properties"] for form in forms))
            found = {name for name in names if not name.startswith("attribute[")}
            assert {name for name in names if name.startswith("attribute[")} == {
                "attribute[damage]", "attribute[pole-number]", "attribute[lamps-out]",
            }  # fmt: skip
        assert found == wanted, entry.name


def test_every_schema_is_a_json_schema(described: dict[str, Any]) -> None:
    found = [*_schemas(described["paths"]), *described["components"]["schemas"].values()]
    for schema in found:
        Draft202012Validator.check_schema(schema)

    assert len(found) > 50


def test_what_is_served_fits_what_is_described(api: Any, described: dict[str, Any], bring: Any, report: dict[str, str]) -> None:
    number = [bring(state) for state in State][3]
    token = api.post(**report).json[0]["service_notice"].rpartition("kunci=")[2]
    examples = {
        "/discovery.json": "discovery.json",
        "/services.json": "services.json",
        "/services/{service_code}.json": "services/street-light.json",
        "/requests.json": "requests.json?extensions=true",
        "/requests/{service_request_id}.json": f"requests/{number}.json",
        "/tokens/{token}.json": f"tokens/{token}.json",
    }

    def fits(response: dict[str, Any], value: Any) -> None:
        schema = {"components": described["components"], **response["content"][JSON]["schema"]}
        Draft202012Validator(schema).validate(value)

    for path, address in examples.items():
        fits(described["paths"][path]["get"]["responses"]["200"], api.get(address).json)
    posted = described["paths"]["/requests.json"]["post"]["responses"]
    fits(posted["201"], api.post(**report).json)
    fits(posted["403"], api.post(key="x").json)


def test_the_description_is_that_of_the_region(install: Any, connect: Any, installation: Any) -> None:
    own = connect(
        install(
            area={"south": -1.0, "west": 124.0, "north": 0.0, "east": 125.0},
            anonymous_allowed=False,
            open311={"attributes": [], "jurisdictions": ["contohkab.go.id"]},
        )
    ).get("openapi.json").json  # fmt: skip
    form = own["paths"]["/requests.xml"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    query = {entry["name"]: entry["schema"] for entry in own["paths"]["/requests.xml"]["get"]["parameters"]}

    assert own["servers"] == [{"url": "http://testserver/71.08/complaints/open311/v2"}]
    assert form["properties"]["lat"]["anyOf"][0] == {"type": "number", "minimum": -1.0, "maximum": 0.0}
    assert form["properties"]["service_code"]["enum"] == [kind.code for kind in installation.settings.kinds]
    assert form["properties"]["address_id"]["anyOf"][0]["enum"] == [d.code for d in installation.region.districts]
    assert len(form["allOf"]) == 4
    assert query["jurisdiction_id"]["enum"] == ["71.08", "contohkab.go.id"]


def test_no_secret_and_no_path_of_the_machine_is_in_it(api: Any, key: str, tmp_path: Path) -> None:
    body = api.get("openapi.json").body.decode()

    for mark in (key, str(tmp_path), str(Path.home()), "sqlite", "Traceback"):
        assert mark not in body

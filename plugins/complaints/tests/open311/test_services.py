"""What a program reads before it sends anything: discovery, services, definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plugins.complaints.tests.open311 import schemas
from smartcity_complaints.open311.settings import Attribute, Choice, Datatype, Open311Settings
from smartcity_complaints.settings import Kind, Titles
from smartcity_share import Installation

Connect = Callable[..., Any]
Install = Callable[..., Installation]
WORDS = Titles(id="Pertanyaan", en="Question")


def _attribute(code: str, datatype: Datatype = Datatype.STRING, **more: Any) -> Attribute:
    choices = (Choice(key="a", title=WORDS), Choice(key="b", title=WORDS)) if datatype.has_choices else ()
    return Attribute(service="road", code=code, question=WORDS, datatype=datatype, choices=choices, **more)


def test_discovery_has_every_field_and_both_formats(api: Any) -> None:
    found = api.get("discovery.json")

    Draft202012Validator(schemas.DISCOVERY).validate(found.json)
    assert found.json["endpoints"][0]["url"] == "http://testserver/71.08/complaints/open311/v2"
    assert [entry.text for entry in api.get("discovery.xml").xml.iter("format")] == ["text/xml", "application/json"]


def test_discovery_says_whom_to_ask_for_a_key(install: Install, connect: Connect) -> None:
    usual = connect(install(contact_email="laporan@contoh.go.id")).get("discovery.json").json
    own = connect(install(open311={"key_service": {"en": "Room 3, Mondays."}})).get("discovery.json").json

    assert "laporan@contoh.go.id" in usual["contact"]
    assert "laporan@contoh.go.id" in usual["key_service"]
    assert own["key_service"] == "Room 3, Mondays."


def test_the_changeset_moves_only_when_services_or_definitions_change(
    install: Install, connect: Connect, installation: Installation, clock: Any
) -> None:
    import attrs

    first = connect().get("discovery.json").json["changeset"]
    clock.move(days=1)
    again = connect(language="id").get("discovery.json").json["changeset"]
    changed = attrs.evolve(
        installation, settings=installation.settings.model_copy(update={"kinds": installation.settings.kinds[:3]})
    )
    later = connect(changed).get("discovery.json").json

    assert first == again == "2026-03-02T09:00:00+08:00"
    assert later["changeset"] == later["endpoints"][0]["changeset"] == "2026-03-03T09:00:00+08:00"
    assert later["changeset"] > first


def test_services_are_the_kinds_of_the_region(api: Any, installation: Installation) -> None:
    found = api.get("services.json").json

    Draft202012Validator(schemas.SERVICES).validate(found)
    assert [service["service_code"] for service in found] == [kind.code for kind in installation.settings.kinds]
    assert {service["service_code"]: service["metadata"] for service in found} == {
        kind.code: kind.code in {"road", "street-light"} for kind in installation.settings.kinds
    }
    assert {service["type"] for service in found} == {"realtime"}
    assert found[0]["keywords"] == "Jalan rusak, Damaged road"


def test_services_are_named_in_the_language_of_the_reader(connect: Connect) -> None:
    names = [connect(language=language).get("services.json").json[0]["service_name"] for language in ("id", "en")]

    assert names == ["Jalan rusak", "Damaged road"]


def test_xml_and_json_name_the_same_services(api: Any) -> None:
    in_xml = [{child.tag: child.text for child in service} for service in api.get("services.xml").xml]

    assert in_xml == [
        {name: str(value).lower() if isinstance(value, bool) else value for name, value in service.items()}
        for service in api.get("services.json").json
    ]


def test_a_definition_holds_every_kind_of_attribute_in_order(install: Install, connect: Connect) -> None:
    attributes = (
        *(_attribute(datatype.value, datatype, required=True) for datatype in Datatype),
        _attribute("told", informs=True),
    )
    found = connect(install(open311=Open311Settings(attributes=attributes))).get("services/road.json").json

    Draft202012Validator(schemas.DEFINITION).validate(found)
    assert [attribute["order"] for attribute in found["attributes"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [attribute["datatype"] for attribute in found["attributes"][:6]] == [datatype.value for datatype in Datatype]
    assert [attribute["variable"] for attribute in found["attributes"]] == [True] * 6 + [False]
    assert ["values" in attribute for attribute in found["attributes"]] == [False] * 4 + [True, True, False]


def test_a_definition_in_xml_has_its_values_as_elements(api: Any) -> None:
    found = api.get("services/road.xml").xml

    assert found.tag == "service_definition"
    assert [value.findtext("key") for value in found.findall("attributes/attribute/values/value")] == [
        "pothole", "crack", "sunken", "flooded",
    ]  # fmt: skip


def test_a_service_without_questions_has_an_empty_definition(api: Any) -> None:
    assert api.get("services/waste.json").json == {"service_code": "waste", "attributes": []}


def test_an_attribute_of_a_kind_that_is_not_offered_counts_for_nothing(install: Install, connect: Connect) -> None:
    only = install(kinds=(Kind(code="parks", title=WORDS),))

    assert [service["metadata"] for service in connect(only).get("services.json").json] == [False]


@pytest.mark.parametrize("path", ["services/volcano.json", "services/volcano.xml", "services/ROAD.json"])
def test_an_unknown_service_is_404(api: Any, path: str) -> None:
    found = api.get(path)

    assert found.status == 404
    assert b"list of services" in found.body


@pytest.mark.parametrize(
    "attributes",
    [
        [{"service": "road", "code": "a", "question": {"id": "A"}, "datatype": "singlevaluelist"}],
        [{"service": "road", "code": "a", "question": {"id": "A"}, "choices": [{"key": "x", "title": {"id": "X"}}]}],
        [{"service": "road", "code": "a", "question": {"id": "A"}, "informs": True, "required": True}],
        [{"service": "road", "code": "media_url", "question": {"id": "A"}}],
        [{"service": "road", "code": "a]b", "question": {"id": "A"}}],
        [{"service": "road", "code": "a", "question": {"id": "A"}}] * 2,
        [
            {
                "service": "road",
                "code": "a",
                "question": {"id": "A"},
                "datatype": "multivaluelist",
                "choices": [{"key": "x", "title": {"id": "X"}}] * 2,
            }
        ],
    ],
    ids=["list without choices", "choices without list", "told and required", "reserved", "bracket", "twice", "same choice"],
)
def test_attributes_that_make_no_sense_are_refused(attributes: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Open311Settings.model_validate({"attributes": attributes})

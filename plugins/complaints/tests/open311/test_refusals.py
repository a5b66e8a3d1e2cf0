"""Every refusal has the right status and a body in the format that was asked for, in the user's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plugins.complaints.tests.open311 import schemas
from smartcity_complaints.open311 import requests
from smartcity_share import Installation

BASE = "/71.08/complaints/open311/v2"
ADDRESSES = ["discovery", "services", "services/road", "requests", "requests/7K3-FQ9-TWC", "tokens/ABC"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_another_region_is_404_everywhere_in_both_formats(api: Any, address: str) -> None:
    in_json = api.get(f"{address}.json", jurisdiction_id="99.99")
    in_xml = api.get(f"{address}.xml", jurisdiction_id="99.99")

    Draft202012Validator(schemas.ERRORS).validate(in_json.json)
    assert (in_json.status, in_json.json[0]["code"]) == (404, 404)
    assert in_json.json[0]["description"] == "jurisdiction_id: This address does not serve 99.99. It serves: 71.08."
    assert (in_xml.status, in_xml.xml.tag) == (404, "errors")
    assert [(e.findtext("code"), e.findtext("description")) for e in in_xml.xml] == [("404", in_json.json[0]["description"])]
    assert in_xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert in_json.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("said", ["71.08", "", "contohkab.go.id", "CONTOHKAB.GO.ID"])
def test_the_region_is_known_by_its_code_and_its_domain_names(install: Any, connect: Any, said: str) -> None:
    region = connect(install(open311={"jurisdictions": ["contohkab.go.id"]}))

    assert region.get("services.json", jurisdiction_id=said).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing.json",
        "requests.yaml",
        "requests",
        "services/road",
        "requests/.json",
        "request/7K3-FQ9-TWC.json",
        "tokens/a/b.json",
        "v2/x.xml",
        "tokens/%0A.xml",
    ],
)
def test_an_address_that_is_not_there_is_404_with_a_body_for_programs(api: Any, path: str) -> None:
    found = api.get(path)

    assert found.status == 404
    assert "text/html" not in found.headers["content-type"]
    assert b"404" in found.body


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "requests.json", {"GET", "HEAD", "POST"}),
        ("POST", "services.json", {"GET", "HEAD"}),
        ("DELETE", "requests/7K3-FQ9-TWC.json", {"GET", "HEAD"}),
    ],
)
def test_a_method_that_is_not_taken_is_405_and_says_which_are(api: Any, method: str, path: str, allowed: set[str]) -> None:
    found = api.client.request(method, f"{BASE}/{path}")

    assert found.status_code == 405
    assert {entry.strip() for entry in found.headers["allow"].split(",")} == allowed
    assert found.json()[0]["code"] == 405


def test_every_fault_of_a_request_is_listed_at_once(api: Any) -> None:
    found = api.get("requests.json", start_date="2026-01-01", status="shut", page="0", page_size="1001", extensions="maybe")

    assert found.status == 400
    assert [fault["description"].split(":")[0] for fault in found.json] == [
        "start_date",
        "status",
        "page",
        "page_size",
        "extensions",
    ]


def test_a_time_without_zone_is_400_with_the_mend(api: Any) -> None:
    found = api.get("requests.xml", start_date="2026-01-01T00:00:00")

    assert found.status == 400
    assert found.xml.findtext("error/description") == (
        "start_date: The moment has no time zone: add Z for UTC, or an offset such as +08:00."
    )


def test_an_error_speaks_the_language_of_the_user(connect: Callable[..., Any]) -> None:
    found = connect(language="id").get("requests.json", start_date="2026-01-01T00:00:00")

    assert found.json[0]["description"].startswith("start_date: Waktu ini tanpa zona waktu")


def test_what_was_sent_comes_back_escaped_and_cut(api: Any) -> None:
    nasty = "<script>alert(1)</script>&" * 20
    found = api.get("services.xml", jurisdiction_id=nasty)

    assert found.status == 404
    assert b"<script" not in found.body
    assert len(found.body) < 500
    assert found.headers["content-type"].startswith("text/xml")


def test_a_fault_of_ours_is_500_and_tells_nothing(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("SECRET")

    monkeypatch.setattr(requests, "page", broken)
    found = api.get("requests.json")

    assert (found.status, found.json[0]["code"]) == (500, 500)
    assert b"SECRET" not in found.body


@pytest.mark.parametrize("path", ["discovery.xml", "services.json", "requests.json", "openapi.json"])
def test_a_region_can_switch_the_interface_off(install: Any, connect: Any, path: str) -> None:
    found = connect(install(open311={"enabled": False})).get(path)

    assert found.status == 404
    assert b"does not serve other programs" in found.body


def test_answers_are_open_to_pages_of_other_sites_and_vary_with_the_language(api: Any) -> None:
    found = api.get("requests.json")

    assert found.headers["access-control-allow-origin"] == "*"
    assert found.headers["vary"] == "Cookie"


def test_head_is_answered_like_get_without_the_body(api: Any) -> None:
    found = api.client.head(f"{BASE}/services.json")

    assert (found.status_code, found.content) == (200, b"")


def test_no_utf8_is_400(api: Any) -> None:
    found = api.client.get(f"{BASE}/requests.json?service_code=%FF")

    assert found.status_code == 400
    assert "UTF-8" in found.json()[0]["description"]


def test_regions_in_one_process_do_not_see_each_other(
    install: Any, connect: Any, official: Any, report: dict[str, str]
) -> None:
    from smartcity_complaints.open311 import api_keys

    one, other = install("71.08"), install("73.71")
    key = api_keys.create(one, official(), "Program")
    number = connect(one).post(key=key, **report).json[0]["service_request_id"]

    assert connect(other).post(key=key, **report).status == 403
    assert connect(other).get(f"requests/{number}.json").status == 404
    assert connect(other).get("requests.json").json == []
    assert [r["service_request_id"] for r in connect(one).get("requests.json").json] == [number]


def test_an_installation_is_required(installation: Installation) -> None:
    from starlette.testclient import TestClient

    from smartcity_complaints.plugin import asgi_app
    from smartcity_share.testing import NoInstallationError

    with pytest.raises(NoInstallationError):
        TestClient(asgi_app()).get("/open311/v2/services.json")

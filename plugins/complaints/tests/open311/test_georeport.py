"""A client that nobody here wrote reads the interface in both formats: georeport 0.3 from PyPI, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from georeport import GeoReport

from smartcity_share import Installation


@pytest.fixture(params=["json", "xml"])
def client(request: pytest.FixtureRequest, serve: Callable[..., str], host: Any, installation: Installation) -> GeoReport:
    return GeoReport(serve(host(installation)), jurisdiction="71.08", output_format=request.param)


def test_it_reads_the_services(client: GeoReport, installation: Installation) -> None:
    found = client.get_service_list()

    assert [service["service_code"] for service in found] == [kind.code for kind in installation.settings.kinds]
    assert {str(service["metadata"]).lower() for service in found} == {"true", "false"}


def test_it_reads_a_definition(client: GeoReport) -> None:
    found = client.get_service_definition("street-light")
    attributes = found["attributes"]
    listed = attributes["attribute"] if isinstance(attributes, dict) else attributes

    assert found["service_code"] == "street-light"
    assert [attribute["code"] for attribute in listed] == ["pole-number", "lamps-out"]


def test_it_reads_requests(client: GeoReport, public: Callable[..., str]) -> None:
    # With one alone its XML reader gives a mapping in place of a list.
    numbers = [public(kind="road"), public(kind="waste")]
    found = client.get_service_requests()
    roads = client.get_service_requests(service_code="road,waste", status="open", start_date="2026-03-01T00:00:00Z")

    assert [request["service_request_id"] for request in found] == numbers[::-1]
    assert roads == found


def test_it_reads_requests_by_number(client: GeoReport, public: Callable[..., str]) -> None:
    numbers = [public(), public()]
    found = client.get_service_requests(service_request_id=",".join(numbers))

    assert [request["service_request_id"] for request in found] == numbers


def test_it_reads_one_request(client: GeoReport, public: Callable[..., str]) -> None:
    number = public()

    assert client.get_service_request(number)["service_request_id"] == number

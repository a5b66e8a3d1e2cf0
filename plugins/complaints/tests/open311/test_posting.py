"""A report that a program sends is checked as a whole, and kept once however often it is sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select

from plugins.complaints.tests.open311 import schemas
from smartcity_complaints import model, store
from smartcity_complaints.open311 import api_keys
from smartcity_complaints.records import Contact, Report
from smartcity_complaints.workflow import TEXT_LIMIT
from smartcity_share import Installation

Fields = dict[str, str]


def _kept(installation: Installation, number: str) -> tuple[Report, Contact | None]:
    with store.reading(installation) as connection:
        found = store.find(connection, number)
        assert found is not None
        return found, store.contact(connection, found.id)


def _count(installation: Installation) -> int:
    with store.reading(installation) as connection:
        return int(connection.execute(select(func.count()).select_from(model.report)).scalar_one())


def _faults(answer: Any) -> list[str]:
    return [fault["description"].split(":")[0] for fault in answer.json]


def test_a_report_is_kept_and_answered_with_its_number(api: Any, installation: Installation, report: Fields) -> None:
    sent = {
        **report, "lat": "-0.512345", "long": "124.3", "address_id": "71.08.01", "email": "ani@surel.example",
        "first_name": "Ani", "last_name": "Contoh", "phone": "0812 3456 789", "jurisdiction_id": "71.08",
    }  # fmt: skip
    answer = api.post(**sent)
    kept, contact = _kept(installation, answer.json[0]["service_request_id"])

    assert answer.status == 201
    Draft202012Validator(schemas.CREATED).validate(answer.json)
    assert (kept.kind, kept.text, kept.place, kept.district) == (
        "waste", report["description"], report["address_string"], "71.08.01",
    )  # fmt: skip
    assert (kept.latitude, kept.longitude, kept.channel) == (-0.512345, 124.3, "open311")
    assert contact is not None
    assert (contact.name, contact.email, contact.phone) == ("Ani Contoh", "ani@surel.example", "0812 3456 789")


def test_it_is_answered_in_xml_too(api: Any, report: Fields) -> None:
    answer = api.post("requests.xml", **report)

    assert answer.status == 201
    assert [child.tag for child in answer.xml[0]] == ["service_request_id", "service_notice", "account_id"]


def test_the_notice_leads_to_the_private_side_of_the_report(api: Any, report: Fields) -> None:
    notice = api.post(**report).json[0]["service_notice"]
    link = urlsplit(notice.rpartition(" ")[2])
    page = api.client.get(link.path, params=parse_qs(link.query))

    assert page.status_code == 200
    assert report["description"] in page.text


@pytest.mark.parametrize("place", [{"lat": "-0.5", "long": "124.3"}, {"address_string": "Pasar"}, {"address_id": "71.08.01"}])
def test_one_full_location_is_enough(api: Any, report: Fields, place: Fields) -> None:
    assert api.post(**{**report, "address_string": "", **place}).status == 201


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ({}, "address_string"),
        ({"lat": "-0.5"}, "long"),
        ({"long": "124.3"}, "lat"),
        ({"address_string": "   "}, "address_string"),
        ({"lat": "-0.5", "address_string": "Pasar"}, "long"),
    ],
)
def test_a_location_that_is_missing_or_half_is_refused(api: Any, report: Fields, place: Fields, fault: str) -> None:
    answer = api.post(**{**report, "address_string": "", **place})

    assert answer.status == 400
    assert fault in _faults(answer)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "pendek"), ("description", "x" * (TEXT_LIMIT + 1)), ("description", " " * 50),
        ("description", "a\x00" * 20),
        ("lat", "91"), ("lat", "satu"), ("lat", "0,5"), ("long", "-181"), ("long", "NaN"), ("address_id", "99.99.99"),
        ("email", "tanpa-alamat"), ("email", "a@b.c\r\nBcc: x@y.zz"), ("phone", "telepon"), ("first_name", "x" * 60),
        ("address_string", "x" * 301), ("media_url", "javascript:alert(1)"), ("media_url", "file:///etc/passwd"),
        ("device_id", "x" * 201),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named(api: Any, installation: Installation, report: Fields, field: str, value: str) -> None:
    other = {"lat": {"long": "124.3"}, "long": {"lat": "-0.5"}}.get(field, {})
    answer = api.post(**{**report, **other, field: value})

    assert answer.status == 400
    assert field in _faults(answer)
    assert _count(installation) == 0


def test_the_longest_description_is_kept_whole(api: Any, installation: Installation, report: Fields) -> None:
    words = ("Sampah & <b>tumpukan</b> ]]> 🗑 baris\n" * 200)[:TEXT_LIMIT].strip()
    number = api.post(**{**report, "description": words.replace("\n", "\r\n")}).json

    # With two characters for each line end it is longer than the limit: the limit is on what was sent.
    assert number[0]["code"] == 400
    number = api.post(**{**report, "description": words}).json[0]["service_request_id"]
    assert _kept(installation, number)[0].text == words


def test_every_fault_is_named_in_one_answer(api: Any) -> None:
    answer = api.post(description="x", lat="100", email="?", phone="?")

    assert answer.status == 400
    assert set(_faults(answer)) == {"lat", "service_code", "description", "email", "phone"}


def test_an_empty_parameter_is_as_if_it_were_not_sent(api: Any, installation: Installation, report: Fields) -> None:
    names = ["lat", "long", "address_id", "email", "phone", "first_name", "last_name", "media_url", "device_id", "account_id"]
    answer = api.post(**report, **dict.fromkeys(names, ""))

    assert answer.status == 201
    assert api.post(**report).json == answer.json
    assert _kept(installation, answer.json[0]["service_request_id"])[1] is None


def test_coordinates_outside_the_region_are_refused_with_the_mend(
    install: Any, connect: Any, official: Any, report: Fields
) -> None:
    bounded = install(area={"south": -1.0, "west": 124.0, "north": 0.0, "east": 125.0})
    key = api_keys.create(bounded, official(), "Program")
    answer = connect(bounded, key=key).post(**report, lat="52.5", long="13.4")

    assert answer.status == 400
    assert answer.json[0]["description"].startswith("lat: These coordinates lie outside the region.")


def test_a_region_without_anonymous_reports_asks_for_name_and_contact(
    install: Any, connect: Any, official: Any, report: Fields
) -> None:
    strict = install(anonymous_allowed=False)
    api = connect(strict, key=api_keys.create(strict, official(), "Program"))

    assert _faults(api.post(**report)) == ["first_name", "email"]
    assert api.post(**report, last_name="Ani", phone="08123456789").status == 201


@pytest.mark.parametrize("path", ["requests.json", "requests.xml"])
@pytest.mark.parametrize("key", ["", "o311_invented", "' OR 1=1 --", "x" * 5000])
def test_without_a_valid_key_it_is_403_whatever_else_is_wrong(
    api: Any, path: str, key: str, installation: Installation
) -> None:
    answer = api.post(path, key=key, service_code="volcano")

    assert answer.status == 403
    assert b"403" in answer.body
    assert _count(installation) == 0


def test_two_keys_at_once_are_no_key(api: Any, report: Fields) -> None:
    answer = api.client.post("/71.08/complaints/open311/v2/requests.json", data={"api_key": [api.key, "o311_other"], **report})

    assert answer.status_code == 403


def test_a_key_in_the_address_does_not_count(api: Any, report: Fields) -> None:
    answer = api.client.post(f"/71.08/complaints/open311/v2/requests.json?api_key={api.key}", data=report)

    assert answer.status_code == 403


def test_an_unknown_service_or_region_is_404_and_a_missing_service_is_400(api: Any, report: Fields) -> None:
    assert api.post(**{**report, "service_code": "volcano"}).status == 404
    assert api.post(**report, jurisdiction_id="32.73").status == 404
    assert _faults(api.post(**{**report, "service_code": ""})) == ["service_code"]


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_another_way_of_sending_is_refused_with_the_mend(api: Any, kind: str) -> None:
    answer = api.client.post("/71.08/complaints/open311/v2/requests.json", content=b"{}", headers={"Content-Type": kind})

    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()[0]["description"]


def test_more_than_a_report_can_be_is_refused_before_it_is_read(api: Any, report: Fields) -> None:
    answer = api.post(**report, padding="x" * 600_000)

    assert answer.status == 400
    assert "larger than 500000 bytes" in answer.json[0]["description"]

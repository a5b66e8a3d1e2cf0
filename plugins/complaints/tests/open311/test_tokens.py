"""A token leads to the number of its request, and to nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select

from plugins.complaints.tests.open311 import schemas
from smartcity_complaints import model, store
from smartcity_complaints.records import Contact, Report
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


def test_the_secret_of_the_follow_link_is_the_token(api: Any, report: Fields) -> None:
    sent = api.post(**report).json[0]
    token = sent["service_notice"].rpartition("kunci=")[2]
    found = api.get(f"tokens/{token}.json")

    Draft202012Validator(schemas.TOKENS).validate(found.json)
    assert found.json == [{"service_request_id": sent["service_request_id"], "token": token}]
    assert api.get(f"tokens/{token}.xml").xml.findtext("request/service_request_id") == sent["service_request_id"]
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("token", ["ABC", "7K3-FQ9-TWC", "%00", "a" * 3000])
def test_a_token_that_belongs_to_no_request_is_404(api: Any, token: str, report: Fields) -> None:
    api.post(**report)

    assert api.get(f"tokens/{token}.json").status == 404

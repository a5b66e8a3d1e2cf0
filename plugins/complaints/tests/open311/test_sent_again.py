"""A report sent again within 24 hours is the same report, and has the same answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from smartcity_complaints import model, store
from smartcity_complaints.open311 import api_keys
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


def test_the_same_report_sent_again_has_the_same_answer_and_is_kept_once(
    api: Any, installation: Installation, report: Fields, clock: Any
) -> None:
    first = api.post(**report)
    clock.move(hours=23)
    again = api.post(**dict(reversed(report.items())))

    assert (again.status, again.body) == (first.status, first.body)
    assert _count(installation) == 1


def test_the_same_report_a_day_later_is_another_one(api: Any, installation: Installation, report: Fields, clock: Any) -> None:
    first = api.post(**report)
    clock.move(hours=24)
    later = api.post(**report)

    assert later.json[0]["service_request_id"] != first.json[0]["service_request_id"]
    assert _count(installation) == 2


@pytest.mark.parametrize("moment", range(0, 48, 5))
def test_the_24_hours_do_not_end_at_midnight(
    api: Any, installation: Installation, report: Fields, clock: Any, moment: int
) -> None:
    clock.move(hours=moment)
    api.post(**report)
    clock.move(hours=23, minutes=59)
    api.post(**report)

    assert _count(installation) == 1


@pytest.mark.parametrize(
    "more", [{"device_id": "a"}, {"account_id": "7"}, {"email": "a@surel.example"}, {"address_id": "71.08.01"}]
)
def test_anything_that_differs_makes_another_report(api: Any, installation: Installation, report: Fields, more: Fields) -> None:
    api.post(**report)
    api.post(**report, **more)

    assert _count(installation) == 2


def test_two_programs_may_send_the_same(api: Any, installation: Installation, official: Any, report: Fields) -> None:
    api.post(**report)
    api.post(key=api_keys.create(installation, official(), "Program lain"), **report)

    assert _count(installation) == 2


def test_the_same_report_sent_at_the_same_moment_is_kept_once(
    connect: Callable[..., Any], key: str, installation: Installation, report: Fields
) -> None:
    programs = [connect(key=key) for _ in range(6)]
    with ThreadPoolExecutor(6) as together:
        answers = list(together.map(lambda program: program.post(**report), programs))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert _count(installation) == 1

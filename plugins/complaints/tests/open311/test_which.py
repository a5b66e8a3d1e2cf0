"""Which requests are given: spans, limits, pages, services, numbers, changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smartcity_complaints.filing import Filed
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action, State

File = Callable[..., Filed]
Do = Callable[..., Report]
Public = Callable[..., str]


def _numbers(answer: Any) -> list[str]:
    return [request["service_request_id"] for request in answer.json]


def _one(api: Any, number: str, **query: Any) -> dict[str, Any]:
    found = api.get(f"requests/{number}.json", **query).json
    assert len(found) == 1
    return found[0]  # type: ignore[no-any-return]


def test_without_parameters_there_are_the_last_90_days_newest_first(api: Any, public: Public, clock: Any) -> None:
    old = public()
    clock.move(days=90, seconds=1)
    edge, clock.moment = clock.moment, clock.moment - timedelta(days=1)
    middle = public()
    clock.moment = edge
    new = public()

    assert _numbers(api.get("requests.json")) == [new, middle]
    assert old not in _numbers(api.get("requests.json"))


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-03-02T01:00:00Z", None, ["day 0", "day 60", "day 90"]),
        (None, "2026-05-01T01:00:00Z", ["day 0", "day 60"]),
        (None, "2026-08-29T01:00:00Z", ["day 90", "day 120"]),
        ("2026-05-01T01:00:00Z", "2026-05-31T01:00:00Z", ["day 60", "day 90"]),
        # More than 90 days: cut to those from the start.
        ("2026-03-02T01:00:00Z", "2026-12-01T00:00:00Z", ["day 0", "day 60", "day 90"]),
        ("2026-03-02T09:00:00+08:00", "2026-03-02T09:00:00+08:00", ["day 0"]),
        ("2026-05-01T01:00:00Z", "2026-03-02T01:00:00Z", []),
        ("9999-12-31T23:59:59Z", None, []),
        (None, "0001-01-01T00:00:00Z", []),
    ],
)
def test_the_span_is_what_was_asked_for_and_never_more_than_90_days(
    api: Any, public: Public, clock: Any, start: str | None, end: str | None, found: list[str]
) -> None:
    begin = clock.moment
    names = {}
    for days in (0, 60, 90, 120):
        clock.moment = begin + timedelta(days=days)
        names[public()] = f"day {days}"
    asked = {name: value for name, value in (("start_date", start), ("end_date", end)) if value}

    assert sorted(names[number] for number in _numbers(api.get("requests.json", **asked))) == sorted(found)


def test_services_and_statuses_are_lists_with_commas_or_given_again(api: Any, public: Public, file: File, do: Do) -> None:
    road, waste, water = public(kind="road"), public(kind="waste"), public(kind="water")
    shut = file(kind="road").number
    do(shut, Action.REJECT, text="Bukan di sini.")

    assert set(_numbers(api.get("requests.json", service_code="road,waste"))) == {road, waste, shut}
    assert set(_numbers(api.get("requests.json", service_code=["road", "water"]))) == {road, water, shut}
    assert _numbers(api.get("requests.json", status="closed")) == [shut]
    assert set(_numbers(api.get("requests.json", status="open,closed"))) == {road, waste, water, shut}
    assert _numbers(api.get("requests.json", status="closed", service_code="waste")) == []


def test_a_service_that_was_never_offered_is_404_and_one_that_was_is_found(
    api: Any, public: Public, connect: Any, installation: Any
) -> None:
    import attrs

    number = public(kind="road")
    settings = installation.settings.model_copy(update={"kinds": installation.settings.kinds[1:]})
    later = connect(attrs.evolve(installation, settings=settings))

    assert api.get("requests.json", service_code="road,volcano").status == 404
    assert _numbers(later.get("requests.json", service_code="road")) == [number]
    assert later.get("requests.json", service_code="road").json[0]["service_name"] == "Damaged road"


def test_numbers_override_everything_else(api: Any, public: Public, clock: Any) -> None:
    first, second = public(kind="road"), public(kind="waste")
    clock.move(days=400)
    query = {"service_request_id": f"{second},{first},222-222-222", "status": "closed", "service_code": "volcano", "page": "7",
             "start_date": "yesterday"}  # fmt: skip

    assert _numbers(api.get("requests.json", **query)) == [second, first]


@pytest.mark.parametrize("number", ["7K3-FQ9-TWD", "1", "7K3FQ9TWC0", "%27%20OR%201=1", "..%2f..", "\u0667K3-FQ9-TWC"])
def test_a_number_that_no_request_has_is_404(api: Any, number: str) -> None:
    assert api.get(f"requests/{number}.json").status == 404


def test_the_first_1000_come_and_a_link_leads_to_the_rest(api: Any, fill: Callable[..., list[str]]) -> None:
    numbers = fill(1001)
    first = api.get("requests.json")
    following = api.client.get(first.headers["link"].removeprefix("<").partition(">")[0])

    assert _numbers(first) == numbers[:1000]
    assert first.headers["link"].endswith('; rel="next"')
    assert [request["service_request_id"] for request in following.json()] == numbers[1000:]
    assert "link" not in following.headers


def test_pages_begin_with_1_and_cover_everything_once(api: Any, fill: Callable[..., list[str]]) -> None:
    numbers = fill(23)
    pages = [_numbers(api.get("requests.json", page=page, page_size="10")) for page in ("1", "2", "3", "4")]

    assert [len(page) for page in pages] == [10, 10, 3, 0]
    assert [number for page in pages for number in page] == numbers
    assert api.get("requests.json", page="0").status == 400


def test_a_link_keeps_what_was_asked_for(api: Any, fill: Callable[..., list[str]]) -> None:
    fill(5)
    link = api.get("requests.xml", status="closed", service_code="waste", page_size="2", extensions="true").headers["link"]

    for part in ("requests.xml?", "status=closed", "service_code=waste", "page_size=2", "page=2", "extensions=true"):
        assert part in link


def test_a_replica_follows_the_changes_without_reading_all_again(
    api: Any, fill: Callable[..., list[str]], public: Public, do: Do, clock: Any
) -> None:
    changed = "2026-03-02T00:59:00.500000Z"
    many = fill(25, updated_at=datetime.fromisoformat(changed))
    late = public()
    seen: list[str] = []
    address = f"/71.08/complaints/open311/v2/requests.json?updated_after={changed}&page_size=10"
    while address:
        answer = api.client.get(address)
        seen += [request["service_request_id"] for request in answer.json()]
        address = answer.headers.get("link", "").removeprefix("<").partition(">")[0]

    assert sorted(seen) == sorted([*many, late])
    clock.move(days=200)
    do(late, Action.FORWARD, office="dinas-lh")
    assert _numbers(api.get("requests.json", updated_after="2026-03-03T00:00:00Z")) == [late]


def test_a_request_closed_in_between_is_among_the_changes(api: Any, bring: Callable[[State], str], do: Do, clock: Any) -> None:
    number = bring(State.ANSWERED)
    clock.move(hours=3)
    do(number, Action.CLOSE)
    since = (clock() - timedelta(hours=1)).astimezone(UTC).isoformat()

    assert _numbers(api.get("requests.json", updated_after=since.replace("+00:00", "Z"))) == [number]

"""A FastAPI application as citizens and clerks meet it: in an instance with two regions, and asked through the host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from smartcity_share.host.app import create_host
from smartcity_share.install import Instance, install_app, local_actor

PROJECT = Path(__file__).parents[1]
PROFILES = {"71.08": PROJECT.parent / "regions" / "71.08", "PH-EX": PROJECT.parent / "abroad" / "PH-EX"}
COUNTERS = {"71.08": 3, "PH-EX": 1}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[TestClient]:
    instance = Instance.create(tmp_path / "instance", list(PROFILES), PROFILES)
    for region, counters in COUNTERS.items():
        install_app(instance, region, source=PROJECT, answers={"counters": counters}, actor=local_actor())
    yield TestClient(create_host(instance), base_url="http://127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"})
    instance.close()


def test_a_number_is_taken_and_tells_how_many_are_ahead(browser: TestClient) -> None:
    taken = [browser.post("/71.08/queue/numbers", json={"counter": counter}) for counter in (2, 2, 3)]

    assert [answer.status_code for answer in taken] == [201, 201, 201]
    assert [answer.json()["ahead"] for answer in taken] == [0, 1, 0]
    assert browser.get("/71.08/queue/numbers/2").json() == {"number": 2, "counter": 2, "ahead": 1, "called": False}


def test_regions_share_the_application_and_nothing_else(browser: TestClient) -> None:
    browser.post("/71.08/queue/numbers", json={"counter": 3})

    assert browser.get("/PH-EX/queue/numbers/1").status_code == 404
    assert browser.post("/PH-EX/queue/numbers", json={"counter": 3}).json() == {"detail": "There are 1 counters."}


def test_what_fastapi_refuses_is_told_in_its_own_words(browser: TestClient) -> None:
    answer = browser.post("/71.08/queue/numbers", json={"counter": "first"})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "counter"]


def test_the_host_keeps_who_may_call_a_number_before_fastapi_is_asked(browser: TestClient) -> None:
    browser.post("/71.08/queue/numbers", json={"counter": 1})

    assert browser.post("/71.08/queue/next", json={"counter": 1}).status_code in (401, 403)
    assert not browser.get("/71.08/queue/numbers/1").json()["called"]


def test_the_page_stands_in_the_frame_of_each_region(browser: TestClient) -> None:
    here, abroad = (browser.get(f"/{region}/queue/").text for region in PROFILES)

    assert "Belum ada nomor yang dipanggil" in here
    assert "No number was called yet" in abroad
    assert "Lungsod ng Halimbawa" in abroad


def test_the_description_knows_where_the_host_has_put_it(browser: TestClient) -> None:
    description = browser.get("/71.08/queue/openapi.json").json()

    assert description["servers"] == [{"url": "/71.08/queue"}]
    assert set(description["paths"]) == {"/numbers", "/numbers/{number}", "/next"}

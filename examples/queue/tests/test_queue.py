"""A FastAPI application as citizens and clerks meet it: in unlike regions, and asked through the host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smartcity_share import RegionFacts
from smartcity_share.testing import UNLIKE_REGIONS, Clock, Serving, app_under_test, make_instance, region_at

PROJECT = Path(__file__).parents[1]
REGION, OTHER = (region_at(UNLIKE_REGIONS[name]) for name in ("kabupaten", "kota"))


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """The app in three regions, with three counters each."""
    app = app_under_test(PROJECT)
    instance = make_instance(app, tmp_path / "instance", settings={"counters": 3}, now=Clock())
    yield Serving(instance, app.id)
    instance.close()


def test_a_number_is_taken_and_tells_how_many_are_ahead(serving: Serving) -> None:
    browser = serving.client(REGION)
    taken = [browser.post("/numbers", json={"counter": counter}) for counter in (2, 2, 3)]

    assert [answer.status_code for answer in taken] == [201, 201, 201]
    assert [answer.json()["ahead"] for answer in taken] == [0, 1, 0]
    assert browser.get("/numbers/2").json() == {"number": 2, "counter": 2, "ahead": 1, "called": False}


def test_regions_share_the_application_and_nothing_else(serving: Serving) -> None:
    serving.client(REGION).post("/numbers", json={"counter": 3})

    assert serving.client(OTHER).get("/numbers/1").status_code == 404


def test_what_fastapi_refuses_is_told_in_its_own_words(serving: Serving) -> None:
    browser = serving.client(REGION)

    refused = browser.post("/numbers", json={"counter": "first"})

    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", "counter"]
    assert browser.post("/numbers", json={"counter": 4}).json() == {"detail": "There are 3 counters."}


def test_the_host_keeps_who_may_call_a_number_before_fastapi_is_asked(serving: Serving) -> None:
    citizen, clerk = serving.client(REGION), serving.sign_in(REGION, "clerk")
    for _ in range(2):
        citizen.post("/numbers", json={"counter": 1})

    assert citizen.post("/next", json={"counter": 1}).status_code in (401, 403)
    assert serving.sign_in(REGION).post("/next", json={"counter": 1}).status_code == 403
    assert not citizen.get("/numbers/1").json()["called"]
    assert clerk.post("/next", json={"counter": 1}).json()["number"] == 1
    assert citizen.get("/numbers/2").json()["ahead"] == 0
    assert clerk.post("/next", json={"counter": 2}).json() == {"detail": "Nobody waits at this counter."}


@pytest.mark.parametrize("region", [REGION, OTHER], ids=["kabupaten", "kota"])
def test_the_page_stands_in_the_frame_of_each_region(serving: Serving, region: RegionFacts) -> None:
    browser = serving.client(region)

    assert region.name in browser.get("/").text
    assert "Belum ada nomor yang dipanggil" in browser.get("/").text
    assert "No number was called yet" in browser.reading("en").get("/").text

    browser.post("/numbers", json={"counter": 2})
    serving.sign_in(region, "clerk").post("/next", json={"counter": 2})
    assert "Nomor yang dipanggil" in browser.get("/").text


def test_the_description_knows_where_the_host_has_put_it(serving: Serving) -> None:
    description = serving.client(REGION).get("/openapi.json").json()

    assert description["servers"] == [{"url": f"/{REGION.code}/queue"}]
    assert set(description["paths"]) == {"/numbers", "/numbers/{number}", "/next"}

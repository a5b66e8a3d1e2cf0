"""The app as citizens meet it: installed into an instance with two unlike regions, and asked through the host."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from smartcity_share.host.app import create_host
from smartcity_share.install import Instance, install_app, local_actor

PROJECT = Path(__file__).parents[1]
PROFILES = {region: PROJECT.parent / "regions" / region for region in ("73.71", "71.08")}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    instance = Instance.create(tmp_path_factory.mktemp("hello") / "instance", list(PROFILES), PROFILES)
    for region in PROFILES:
        install_app(instance, region, source=PROJECT, answers={"question": f"Ada kabar dari {region}?"}, actor=local_actor())
    return TestClient(create_host(instance), base_url="http://127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"})


@pytest.mark.parametrize(("region", "head", "name"), [("73.71", "Wali Kota", "Kota"), ("71.08", "Bupati", "Kabupaten")])
def test_the_page_greets_in_the_words_of_the_region(browser: TestClient, region: str, head: str, name: str) -> None:
    page = browser.get(f"/{region}/hello/").text

    assert f"Buku tamu {name} " in page
    assert f"{head} ingin mendengar Anda" in page
    assert f"Ada kabar dari {region}?" in page


def test_a_word_is_read_in_its_own_region_only(browser: TestClient) -> None:
    answer = browser.post("/71.08/hello/", data={"text": "Salam <b>dari pantai</b>"})

    assert answer.status_code == 200
    assert "Salam &lt;b&gt;dari pantai&lt;/b&gt;" in answer.text
    assert "dari pantai" not in browser.get("/73.71/hello/").text


def test_the_page_is_english_for_who_asks_for_it(browser: TestClient) -> None:
    page = browser.get("/73.71/hello/", headers={"Cookie": "smartcity_language=en"}).text

    assert "The Mayor would like to hear from you" in page


def test_nothing_is_added_by_an_empty_word(browser: TestClient) -> None:
    assert "Belum ada yang menulis" in browser.post("/73.71/hello/", data={"text": "   "}).text

"""The app as citizens meet it: installed in three unlike regions, and asked through the host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smartcity_share import RegionFacts
from smartcity_share.testing import UNLIKE_REGIONS, Clock, Serving, app_under_test, make_instance, region_at

PROJECT = Path(__file__).parents[1]
REGIONS = {name: region_at(profile) for name, profile in UNLIKE_REGIONS.items()}


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    app = app_under_test(PROJECT)
    folder = tmp_path_factory.mktemp("hello") / "instance"
    instance = make_instance(app, folder, settings={"question": "Ada kabar?"}, now=Clock())
    yield Serving(instance, app.id)
    instance.close()


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_the_page_greets_in_the_words_of_the_region(serving: Serving, region: RegionFacts) -> None:
    page = serving.client(region).get("/").text

    assert f"Buku tamu {region.name}" in page
    assert f"{region.wording('id', Clock()().date()).head_title} ingin mendengar Anda" in page
    assert "Ada kabar?" in page


def test_a_word_is_read_in_its_own_region_only(serving: Serving) -> None:
    answer = serving.client(REGIONS["kabupaten"]).post("/", data={"text": "Salam <b>dari pantai</b>"})

    assert answer.status_code == 200
    assert "Salam &lt;b&gt;dari pantai&lt;/b&gt;" in answer.text
    assert "dari pantai" not in serving.client(REGIONS["kota"]).get("/").text


def test_the_page_is_english_for_who_asks_for_it(serving: Serving) -> None:
    page = serving.client(REGIONS["kota"]).reading("en").get("/").text

    assert "The Mayor would like to hear from you" in page


def test_nothing_is_added_by_an_empty_word(serving: Serving) -> None:
    assert "Belum ada yang menulis" in serving.client(REGIONS["provinsi"]).post("/", data={"text": "   "}).text

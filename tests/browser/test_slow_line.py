"""A cheap phone on a slow line: what a page weighs, and that it asks nobody else for anything."""

from __future__ import annotations

import gzip
from contextlib import closing

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Context
from tests.browser.conftest import PagesOf
from tests.browser.demo import Demo
from tests.browser.examination import PHONE, elsewhere
from tests.browser.tab import Tab
from tests.browser.weight import BYTES_PER_SECOND, ROUND_TRIP, Line

MOST_BYTES = 60_000
READABLE_SECONDS = 3.5
COMPLETE_SECONDS = 5.0
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def weight(tab: Tab) -> float:
    """Return the bytes a page took with all it needs, headers included, each body as a server that compresses sends it."""
    total = 0.0
    for request, sent in tab.sizes.items():
        if tab.requests[request].startswith("data:") or not sent:  # in the page itself, or taken from the cache
            continue
        body = tab.body(request)
        packed = request in tab.compressed
        total += sent if packed else sent - len(body) + min(len(body), len(gzip.compress(body)))
    return total


@pytest.mark.parametrize("page", ["", "complaints/", "complaints/lapor", "complaints/laporan", "_/masuk"])
def test_a_first_visit_weighs_less_than_sixty_kilobytes(demo: Demo, person: Context, page: str) -> None:
    """Nothing is in the cache of the phone yet; at 400 kbit/s that is little more than a second."""
    with person.tab() as tab:
        tab.resize(PHONE)
        tab.open(f"{demo.root(REGIONS[0])}/{page}")
        tab.settle()

        assert 1_000 < weight(tab) < MOST_BYTES
        assert elsewhere(tab.requests.values(), demo.base) == []
        assert not any(address.endswith(".js") for address in tab.requests.values())


def test_every_page_is_there_within_five_seconds_on_3g(demo: Demo, pages_of: PagesOf) -> None:
    """Of the complaints, the front pages and the console, whoever opens it: an official's pages are not even packed."""
    region = REGIONS[0]
    pages = pages_of(demo, region)
    with closing(Line(demo.base)) as line:
        people = {login: demo.visitor(region, login).cookies for login in {page.login for page in pages}}
        cookies = {login: "; ".join(f"{name}={value}" for name, value in held.items()) for login, held in people.items()}
        weights = [line.weigh(page.address, cookies[page.login]) for page in pages]

    assert len(weights) > 40
    assert any(weight.pictured > 10 for weight in weights), "no list with thumbnails was weighed"
    assert [str(weight) for weight in weights if weight.readable > READABLE_SECONDS] == []
    assert [str(weight) for weight in weights if weight.complete > COMPLETE_SECONDS] == []


def test_the_form_of_a_report_is_loaded_within_five_seconds_on_3g(demo: Demo, person: Context) -> None:
    """What is worked out for every page, for one of them as the browser has it when its line is slow."""
    with person.tab() as tab:
        tab.resize(PHONE)
        tab.slow_down(seconds=ROUND_TRIP, bytes_per_second=BYTES_PER_SECOND)
        tab.open(f"{demo.root(REGIONS[0])}/complaints/lapor")
        took = tab.run(LOADED) / 1000

    assert 2 * ROUND_TRIP < took < COMPLETE_SECONDS

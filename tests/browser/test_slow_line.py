"""A cheap phone on a slow line: what a page weighs, and that it asks nobody else for anything."""

from __future__ import annotations

import gzip

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Context
from tests.browser.demo import Demo
from tests.browser.examination import PHONE, elsewhere
from tests.browser.tab import Tab

MOST_BYTES = 60_000


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

"""One page of each address in English, and in the other regions, whose colours and words differ."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Chromium
from tests.browser.conftest import PagesOf
from tests.browser.crawl import one_of_each_address
from tests.browser.demo import Demo
from tests.browser.examination import DESKTOP, FEWER_VIEWS, PHONE, View, faultless
from tests.browser.sweep import sweep

# Beside the two views of every kind: English on a phone by day, and a region of another time zone at a desk by night.
LOOKS = [
    (REGIONS[0], "en", (*FEWER_VIEWS, View(PHONE, "light", unfolded=False))),
    (REGIONS[1], "id", FEWER_VIEWS),
    (REGIONS[2], "id", (*FEWER_VIEWS, View(DESKTOP, "dark", unfolded=False))),
]


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("region", "language", "views"), LOOKS)
def test_no_page_has_a_fault_in_other_words_and_colours(
    demo: Demo, chromium: Chromium, axe: str, pages_of: PagesOf, region: str, language: str, views: Sequence[View]
) -> None:
    pages = one_of_each_address(pages_of(demo, region))
    report = sweep(demo, chromium, axe, region, ((page, views) for page in pages), language=language)

    assert report.pages > 25
    faultless(report)

"""One page of each address in English, and in the other regions, whose colours and words differ."""

from __future__ import annotations

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Chromium
from tests.browser.conftest import PagesOf
from tests.browser.crawl import one_of_each_address
from tests.browser.demo import Demo
from tests.browser.examination import FEWER_VIEWS, faultless
from tests.browser.sweep import sweep


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("region", "language"), [(REGIONS[0], "en"), (REGIONS[1], "id"), (REGIONS[2], "id")])
def test_no_page_has_a_fault_in_other_words_and_colours(
    demo: Demo, chromium: Chromium, axe: str, pages_of: PagesOf, region: str, language: str
) -> None:
    pages = one_of_each_address(pages_of(demo, region))
    report = sweep(demo, chromium, axe, region, ((page, FEWER_VIEWS) for page in pages), language=language)

    assert report.pages > 25
    faultless(report)

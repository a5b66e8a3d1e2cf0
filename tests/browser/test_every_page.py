"""Every page of a region, found by following links as each of its people, is accessible and asks nobody else for anything."""

from __future__ import annotations

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Chromium
from tests.browser.conftest import PagesOf
from tests.browser.crawl import Found
from tests.browser.demo import Demo
from tests.browser.examination import VIEWS, Report, told
from tests.browser.sweep import sweep

REGION = REGIONS[0]
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def pages(demo: Demo, pages_of: PagesOf) -> list[Found]:
    """The pages that show all there is."""
    return pages_of(demo, REGION)


@pytest.fixture(scope="module")
def report(demo: Demo, chromium: Chromium, axe: str, pages: list[Found]) -> Report:
    """What was found wrong."""
    return sweep(demo, chromium, axe, REGION, ((page, VIEWS) for page in pages))


def test_no_page_breaks_a_rule_of_accessibility(report: Report) -> None:
    assert report.pages > 40
    assert not report.violations, told(report.violations)


def test_no_page_makes_the_browser_complain(report: Report) -> None:
    """No script or style sheet is stopped by the content policy, nothing is missing, nothing throws."""
    assert not report.complaints, told(report.complaints)


def test_no_page_asks_another_host_for_anything(report: Report) -> None:
    assert not report.strangers, told(report.strangers)


def test_no_page_scrolls_sideways_at_four_hundred_percent(report: Report) -> None:
    """WCAG 2.2, 1.4.10: at 320 CSS pixels everything is read by scrolling down alone."""
    assert not report.wide, told(report.wide)


def test_the_pages_are_those_of_everybody(pages: list[Found]) -> None:
    """The crawl reaches what this list says, and refusals; it would be in vain if links were not followed."""
    seen = {(page.shape.path, page.shape.status) for page in pages}

    assert {
        ("/", 200),
        ("/_/masuk", 200),
        ("/_/sandi", 200),
        ("/_/konsol/", 200),
        ("/_/konsol/pengguna/…", 200),
        ("/_/konsol/aplikasi/complaints", 200),
        ("/hello/", 200),
        ("/complaints/lapor", 200),
        ("/complaints/lacak/…", 200),
        ("/complaints/petugas/laporan/…", 200),
    } <= seen
    assert [page.address for page in pages if page.shape.status >= 500] == []
    assert {403, 404} <= {status for _, status in seen}
    assert {None, "admin", "petugas"} <= {page.login for page in pages}

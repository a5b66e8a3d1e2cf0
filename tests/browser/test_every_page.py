"""Every page of the demo, found by following links as each of its people, is accessible and asks nobody else for anything.

The first region is looked at completely: every shape of page, on a phone and on a desktop, by day and by night. The other two,
whose colours and words differ, with one page of each address; the first again so in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Chromium
from tests.browser.crawl import Found, every_page, one_of_each_address
from tests.browser.deeds import choose_language, sign_in
from tests.browser.demo import Demo
from tests.browser.examination import FEWER_VIEWS, VIEWS, Report, View, examine, in_tabs, told
from tests.browser.tab import Tab

WHOLE, *OTHERS = REGIONS
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def pages(demo: Demo) -> list[Found]:
    """One page of each shape in the region that is looked at completely."""
    return every_page(demo, WHOLE)


def look_at(
    demo: Demo, chromium: Chromium, axe: str, region: str, pages: Iterable[Found], views: Sequence[View], language: str
) -> Report:
    """Examine pages, each as the person who found it."""
    report = Report()
    by_person: dict[str | None, list[str]] = {}
    for page in pages:
        by_person.setdefault(page.login, []).append(page.address)

    def look(tab: Tab, address: str) -> Report:
        tab.forget()
        tab.open(address)
        return examine(tab, axe, views)

    for login, addresses in by_person.items():
        with chromium.context() as person:
            with person.tab() as tab:
                if login is not None:
                    sign_in(tab, demo.root(region), demo.prepared.login(region, login))
                if language != "id":
                    choose_language(tab, demo.root(region), language)
            for found in in_tabs(person, addresses, look):
                report.add(found)
    return report


@pytest.fixture(scope="module", params=[(WHOLE, "id"), (WHOLE, "en"), *((region, "id") for region in OTHERS)], ids="-".join)
def report(request: pytest.FixtureRequest, demo: Demo, chromium: Chromium, axe: str, pages: list[Found]) -> Report:
    """What was found in one region in one language."""
    region, language = request.param
    if (region, language) == (WHOLE, "id"):
        return look_at(demo, chromium, axe, region, pages, VIEWS, language)
    found = one_of_each_address(pages if region == WHOLE else every_page(demo, region))
    return look_at(demo, chromium, axe, region, found, FEWER_VIEWS, language)


def test_no_page_breaks_a_rule_of_accessibility(report: Report) -> None:
    assert report.pages > 25
    assert not report.violations, told(report.violations)


def test_no_page_makes_the_browser_complain(report: Report) -> None:
    """No script or style sheet is stopped by the content policy, nothing is missing, nothing throws."""
    assert not report.complaints, told(report.complaints)


def test_no_page_asks_another_host_for_anything(report: Report) -> None:
    assert not report.strangers, told(report.strangers)


def test_no_page_scrolls_sideways_at_four_hundred_percent(report: Report) -> None:
    """WCAG 2.2, 1.4.10: at 320 CSS pixels everything is read by scrolling down alone."""
    assert not report.wide, told(report.wide)


def test_the_pages_are_those_of_everybody(pages: list[Found], demo: Demo) -> None:
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

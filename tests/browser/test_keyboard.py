"""Whoever has no mouse gets everywhere: the focus goes through every page and is always seen, a report is filed by keys."""

from __future__ import annotations

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Chromium, Context
from tests.browser.conftest import PagesOf
from tests.browser.crawl import one_of_each_address
from tests.browser.deeds import REPORT, sign_in
from tests.browser.demo import Demo
from tests.browser.examination import in_tabs
from tests.browser.focus import faults_of_focus, go_to, tab_on

REGION = REGIONS[0]
pytestmark = pytest.mark.timeout(400)


def test_the_focus_goes_everywhere_and_is_always_seen(demo: Demo, chromium: Chromium, pages_of: PagesOf) -> None:
    """On one page of each address, as each person: nothing is left out, nothing is a trap, the ring is there."""
    by_person: dict[str | None, list[str]] = {}
    for page in one_of_each_address(pages_of(demo, REGION)):
        by_person.setdefault(page.login, []).append(page.address)
    faults: list[str] = []
    for login, addresses in by_person.items():
        with chromium.context() as person:
            if login is not None:
                with person.tab() as tab:
                    sign_in(tab, demo.root(REGION), demo.prepared.login(REGION, login))
            for found in in_tabs(person, addresses, faults_of_focus):
                faults += found

    assert faults == []


def test_the_skip_link_is_the_first_stop_and_leads_past_the_menu(demo: Demo, person: Context) -> None:
    with person.tab() as tab:
        tab.open(f"{demo.root(REGION)}/complaints/")
        first = tab_on(tab)
        assert first is not None
        assert first["seen"]
        tab.press("Enter")
        tab.press("Tab")

        assert tab.run("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize(("region", "scripts"), [(REGIONS[0], True), (REGIONS[1], False), (REGIONS[2], False)])
def test_a_report_is_filed_with_the_keyboard_alone(demo: Demo, person: Context, region: str, scripts: bool) -> None:
    """From the region's front page to the number, with and without scripts; no photo, for that opens a window of the system."""
    root = demo.root(region)
    path = f"/{region}/complaints"
    with person.tab() as tab:
        if not scripts:
            tab.disable_scripts()
        tab.open(f"{root}/")
        for link in (f"{path}/", f"{path}/lapor"):
            go_to(tab, tag="a", path=link)
            with tab.leading():
                tab.press("Enter")
        go_to(tab, name="kind")
        tab.press("ArrowDown")
        assert tab.run("document.activeElement.value")
        go_to(tab, name="text")
        tab.type(str(REPORT["text"]))
        for name in ("place", "name", "email"):
            go_to(tab, name=name)
            tab.type(str(REPORT[name]))
        go_to(tab, name="consent")
        tab.press("Space")
        go_to(tab, tag="button", type="submit")
        with tab.leading():
            tab.press("Enter")

        assert tab.status == 200
        assert "/lapor/diterima/" in tab.address
        assert tab.run("document.querySelector('main .value').innerText") in tab.address

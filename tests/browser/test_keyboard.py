"""Whoever has no mouse gets everywhere: the focus goes through every page and is always seen, a report is filed by keys."""

from __future__ import annotations

from typing import Any, Final

import pytest

from smartcity_share.cli.journey.sources import REGIONS
from tests.browser.chromium import Chromium, Context
from tests.browser.crawl import every_page, one_of_each_address
from tests.browser.deeds import REPORT, sign_in
from tests.browser.demo import Demo
from tests.browser.examination import DESKTOP, in_tabs
from tests.browser.tab import Tab

REGION = REGIONS[0]
MOST_STOPS: Final = 400
pytestmark = pytest.mark.timeout(400)

FOCUS: Final = """(() => {
  window.stops ??= [];
  const part = document.activeElement;
  if (!part || part === document.body) return null;
  if (!stops.includes(part)) stops.push(part);
  const style = getComputedStyle(part), box = part.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2);
  return {
    number: stops.indexOf(part), tag: part.localName, name: part.name ?? "", type: part.type ?? "", value: part.value ?? "",
    path: part.href ? new URL(part.href).pathname : "", html: part.outerHTML.slice(0, 120),
    seen: ring && box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
      && middle !== null && (part.contains(middle) || middle.contains(part)),
  };
})()"""
MISSED: Final = """(() => {
  const grouped = new Set(stops.filter(part => part.type === "radio").map(part => part.name));
  return [...document.querySelectorAll("a[href], button, input, select, textarea, details > summary:first-of-type")]
    .filter(part => part.checkVisibility({visibilityProperty: true}) && !part.disabled && part.tabIndex >= 0)
    .filter(part => part.type !== "hidden")
    .filter(part => !stops.includes(part) && !(part.type === "radio" && grouped.has(part.name)))
    .map(part => part.outerHTML.slice(0, 120));
})()"""


def tab_on(tab: Tab) -> dict[str, Any] | None:
    """Press Tab and return what has the focus, None where nothing in the page has it."""
    tab.press("Tab")
    return tab.run(FOCUS)


def go_to(tab: Tab, **wanted: str) -> dict[str, Any]:
    """Press Tab until what has the focus is as wanted; it must be seen all the way."""
    for _ in range(MOST_STOPS):
        stop = tab_on(tab)
        if stop is None:
            continue
        assert stop["seen"], f"the focus is not seen: {stop['html']}"
        if all(stop[name] == value for name, value in wanted.items()):
            return stop
    raise AssertionError(f"{tab.address}: Tab does not lead to {wanted}")


def faults_of_focus(tab: Tab, address: str) -> list[str]:
    """Go through a page with Tab from its beginning to its end and say where the focus was stuck or not seen."""
    tab.resize(DESKTOP)
    tab.open(address)
    faults, first_again = [], False
    last = -1
    for _ in range(MOST_STOPS):
        stop = tab_on(tab)
        if stop is None or (stop["number"] == 0 and last > 0):
            first_again = True
            break
        if not stop["seen"]:
            faults.append(f"{address}: the focus is not seen on {stop['html']}")
        last = stop["number"]
    if not first_again:
        faults.append(f"{address}: the focus never comes back to the beginning")
    return faults + [f"{address}: the focus never comes to {part}" for part in tab.run(MISSED)]


def test_the_focus_goes_everywhere_and_is_always_seen(demo: Demo, chromium: Chromium) -> None:
    """On one page of each address, as each person: nothing is left out, nothing is a trap, the ring is there."""
    by_person: dict[str | None, list[str]] = {}
    for page in one_of_each_address(every_page(demo, REGION)):
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

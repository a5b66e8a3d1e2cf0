"""Look at one page as many readers see it: narrow and wide, by day and by night, folded and unfolded."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar
from urllib.parse import urlsplit

import attrs

from tests.browser.chromium import BrowserError, Context
from tests.browser.tab import Device, Tab

PHONE: Final = Device(360, 740, 2.0, mobile=True)
DESKTOP: Final = Device(1280, 860)
ZOOMED: Final = Device(320, 256)
"""A desktop of 1280 by 1024 pixels at 400 %, as WCAG 2.2 asks in 1.4.10."""

_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN: Final = """async rules => {
  // Style sheets are preloaded for one rule that is not among these, selectors would be told and are not looked at.
  const found = await axe.run(document, {
    resultTypes: ["violations"], runOnly: rules, selectors: false, preload: {assets: ["media"], timeout: 10000},
  });
  return found.violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id} (${rule.impact}): ${node.html.slice(0, 160)}: ${node.failureSummary.replaceAll("\\n", " ")}`));
}"""
_UNFOLD: Final = "open => { for (const part of document.querySelectorAll('details')) part.open = open; }"
_WIDER: Final = """(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const contains = part => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(part).overflowX);
  const contained = part => part && (contains(part) || contained(part.parentElement));
  const outside = part => part.getBoundingClientRect().right > width + 1 && !contained(part);
  return [...document.body.querySelectorAll("*")].filter(outside).map(part => part.outerHTML.slice(0, 120));
})()"""

Item = TypeVar("Item")
Result = TypeVar("Result")


@attrs.frozen
class View:
    """One way to look at a page.

    Attributes:
        device: What it is shown on.
        scheme: ``light`` or ``dark``.
        unfolded: Whether every folded part is opened; menus too, which then lie over the page.
    """

    device: Device
    scheme: str
    unfolded: bool

    def __str__(self) -> str:
        folded = "unfolded" if self.unfolded else "folded"
        return f"{self.device.width} px, {self.scheme}, {folded}"


VIEWS: Final = (
    View(PHONE, "light", unfolded=False),
    View(PHONE, "dark", unfolded=True),
    View(DESKTOP, "light", unfolded=True),
    View(DESKTOP, "dark", unfolded=False),
)
FEWER_VIEWS: Final = (VIEWS[1], VIEWS[2])
"""For pages whose like has been seen in every way: both widths, both schemes, all parts."""


@attrs.define
class Report:
    """What was found wrong, by what it is, with the pages it was found on; empty is what is wanted.

    Attributes:
        pages: How many were looked at.
        violations: Of accessibility rules.
        complaints: Of the browser: scripts and style sheets that its content policy or an error stopped, what was not found.
        strangers: Addresses asked for on another host.
        wide: What sticks out of the page at 320 pixels, so that one has to scroll sideways.
    """

    pages: int = 0
    violations: dict[str, list[str]] = attrs.Factory(dict)
    complaints: dict[str, list[str]] = attrs.Factory(dict)
    strangers: dict[str, list[str]] = attrs.Factory(dict)
    wide: dict[str, list[str]] = attrs.Factory(dict)

    def add(self, other: Report) -> None:
        """Take over what another report says."""
        self.pages += other.pages
        for name in ("violations", "complaints", "strangers", "wide"):
            for fault, places in getattr(other, name).items():
                getattr(self, name).setdefault(fault, []).extend(places)


def told(faults: dict[str, list[str]]) -> str:
    """Return what was found wrong as lines to read: the fault, on how many pages, the first of them."""
    return "".join(f"\n{fault}\n    {len(places)} times, first at {places[0]}" for fault, places in faults.items())


def faultless(report: Report) -> None:
    """Fail with all that was found wrong, unless pages were looked at and nothing was."""
    assert report.pages, "no page was looked at"
    for faults in (report.violations, report.complaints, report.strangers, report.wide):
        assert not faults, told(faults)


def elsewhere(addresses: Iterable[str], base: str) -> list[str]:
    """Return the addresses that lie on another host than the page's."""
    own = urlsplit(base)
    return [address for address in addresses if (parts := urlsplit(address)).scheme != "data" and parts.netloc != own.netloc]


def examine(tab: Tab, axe: str, views: Sequence[View] = VIEWS) -> Report:
    """Examine the page a tab shows.

    The rules run in the page through the debugger, which no content policy stops: the page keeps its own policy, and what
    that policy stops is among the complaints.

    Args:
        tab: The tab; it has forgotten what was before the page.
        axe: The script of axe-core.
        views: The ways to look at it.
    """
    address = tab.address
    report = Report(pages=1)
    tab.run(f"{axe}; 0")
    for view in views:
        tab.resize(view.device)
        tab.prefer(view.scheme)
        tab.run(_UNFOLD, view.unfolded)
        for fault in tab.run(_RUN, list(_RULES)):
            report.violations.setdefault(fault, []).append(f"{address} ({view})")
    tab.run(_UNFOLD, False)
    tab.resize(ZOOMED)
    for part in tab.run(_WIDER)[-1:]:
        report.wide[part] = [address]
    for stranger in elsewhere(tab.requests.values(), address):
        report.strangers[stranger] = [address]
    for fault in tab.faults:
        report.complaints[fault] = [address]
    return report


def in_tabs(context: Context, items: Iterable[Item], work: Callable[[Tab, Item], Result], *, tabs: int = 2) -> list[Result]:
    """Do a piece of work for each item, several at a time, each thread in a tab of its own.

    Raises:
        ExceptionGroup: Some pieces failed; the others were done.
    """
    waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    done: list[Result] = []
    failed: list[Exception] = []

    def drive() -> None:
        try:
            with context.tab() as tab:
                while not waiting.empty():
                    with contextlib.suppress(queue.Empty):
                        do(tab, waiting.get_nowait())
        except BrowserError as fault:
            failed.append(fault)

    def do(tab: Tab, item: Item) -> None:
        try:
            done.append(work(tab, item))
        except Exception as fault:  # noqa: BLE001 - told at the end, when the other pages are done
            fault.add_note(f"with {item}")
            failed.append(fault)

    threads = [threading.Thread(target=drive) for _ in range(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise ExceptionGroup("some pages could not be examined", failed)
    return done

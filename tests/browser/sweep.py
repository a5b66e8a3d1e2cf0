"""Examine many pages, each as the person who found it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.browser.chromium import Chromium
from tests.browser.crawl import Found
from tests.browser.deeds import choose_language, sign_in
from tests.browser.demo import Demo
from tests.browser.examination import Report, View, examine, in_tabs
from tests.browser.tab import Tab

Look = tuple[Found, Sequence[View]]
"""A page and the ways to look at it."""


def sweep(demo: Demo, chromium: Chromium, axe: str, region: str, looks: Iterable[Look], *, language: str = "id") -> Report:
    """Examine pages of a region.

    Args:
        demo: The served demo.
        chromium: The browser.
        axe: The script of axe-core.
        region: Code of the region.
        looks: The pages.
        language: The one that everybody chooses first.
    """
    report = Report()
    by_person: dict[str | None, list[tuple[str, Sequence[View]]]] = {}
    for page, views in looks:
        by_person.setdefault(page.login, []).append((page.address, views))

    def look(tab: Tab, wanted: tuple[str, Sequence[View]]) -> Report:
        address, views = wanted
        tab.forget()
        tab.open(address)
        return examine(tab, axe, views)

    for login, wanted in by_person.items():
        with chromium.context() as person:
            with person.tab() as tab:
                if login is not None:
                    sign_in(tab, demo.root(region), demo.prepared.login(region, login))
                if language != "id":
                    choose_language(tab, demo.root(region), language)
            for found in in_tabs(person, wanted, look):
                report.add(found)
    return report

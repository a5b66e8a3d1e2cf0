"""What comes back after a form was sent is a page as well: every form is sent empty, and a report is followed to its end."""

from __future__ import annotations

import pytest

from smartcity_share.cli.journey.checks import CHECKS, journeys
from smartcity_share.cli.journey.sources import REGIONS, find_sources
from tests.browser.chromium import Chromium, Context
from tests.browser.conftest import PagesOf
from tests.browser.crawl import Found
from tests.browser.deeds import REPORT, form_number, send, send_empty, sign_in
from tests.browser.demo import ROOT, Demo
from tests.browser.examination import FEWER_VIEWS, Report, examine, faultless
from tests.browser.tab import Tab

REGION = REGIONS[0]
pytestmark = pytest.mark.timeout(400)


def test_the_answers_to_a_report_are_accessible(demo: Demo, axe: str, person: Context) -> None:
    """The page that gives the number, and the one behind the reporter's own link."""
    root = demo.root(REGION)
    report = Report()
    with person.tab() as tab:
        tab.open(f"{root}/complaints/lapor")
        send(tab, form_number(tab, "/complaints/lapor"), dict(REPORT))
        assert "/lapor/diterima/" in tab.address
        report.add(examine(tab, axe))
        own = tab.run("[...document.querySelectorAll('main a')].map(link => link.href).find(link => link.includes('/lacak/'))")
        tab.forget()
        tab.open(own)
        assert REPORT["text"] in tab.run("document.body.innerText")
        report.add(examine(tab, axe))

    faultless(report)


def test_a_wrong_password_is_answered_accessibly(demo: Demo, axe: str, person: Context) -> None:
    with person.tab() as tab:
        tab.open(f"{demo.root(REGION)}/_/masuk")
        send(tab, form_number(tab, "/_/masuk"), {"login": "admin", "password": "not the password"})
        assert tab.run("document.querySelector('[role=alert], .error') !== null")

        faultless(examine(tab, axe))


def test_the_reporters_own_page_is_accessible_in_every_state(demo: Demo, axe: str, person: Context) -> None:
    """The journey of ``smartcity demo --check``, with a look at the reporter's link and the officials' page after each step."""
    journey = next(found for found in journeys(demo.base, find_sources(ROOT), demo.prepared) if found.region == REGION)
    report = Report()
    seen: set[str] = set()
    with person.tab() as tab:
        sign_in(tab, demo.root(REGION), demo.prepared.login(REGION, "admin"))
        for check in CHECKS:
            check(journey)
            for address in (journey.link, f"{demo.root(REGION)}/complaints/petugas/laporan/{journey.number}"):
                if not journey.number:
                    continue
                tab.forget()
                tab.open(address)
                assert tab.status == 200
                words = tab.run("document.querySelector('main').innerText")
                if words not in seen:
                    seen.add(words)
                    report.add(examine(tab, axe, FEWER_VIEWS))

    assert report.pages >= 8
    faultless(report)


def one_of_each_form(pages: list[Found]) -> dict[str | None, list[tuple[str, int]]]:
    """Return each form once, by who is shown it: the page and the number of the form in it.

    The last page it is found on is taken: the first account in the list is often one's own.
    """
    seen = {(page.login, words): (page.address, number) for page in pages for number, words in page.forms}
    by_person: dict[str | None, list[tuple[str, int]]] = {}
    for (login, _), form in seen.items():
        by_person.setdefault(login, []).append(form)
    return by_person


def test_every_form_sent_empty_is_answered_accessibly(own_demo: Demo, chromium: Chromium, axe: str, pages_of: PagesOf) -> None:
    """What is missing is said on a page that anyone can read; no form makes the server fail."""
    report, failures = Report(), []

    def look(tab: Tab, address: str, number: int) -> None:
        tab.open(address)
        if tab.run("number => number >= document.forms.length", number):  # what was sent before took it away
            return
        send_empty(tab, number)
        if tab.status >= 500:
            failures.append((address, number, tab.status))
        report.add(examine(tab, axe, FEWER_VIEWS))

    forms = one_of_each_form(pages_of(own_demo, REGION))
    assert len(forms[None]) >= 3
    # Who has the most forms comes last: the administrator's, sent empty, close the accounts of others.
    for login, found in sorted(forms.items(), key=lambda entry: len(entry[1])):
        with chromium.context() as person, person.tab() as tab:
            if login is not None:
                sign_in(tab, own_demo.root(REGION), own_demo.prepared.login(REGION, login))
            for address, number in found:
                look(tab, address, number)

    assert failures == []
    faultless(report)

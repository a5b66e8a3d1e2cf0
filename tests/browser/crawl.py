"""Find every page of a region by following its links as each of its people, so that a new page is looked at unasked.

Of pages with the same address, but for names and numbers in it, as many are kept as show all their parts: elements by kind and
class, forms by what they send, and the order of headings. A report that is late has other marks than one that is closed, so
both are kept; a third that has nothing but the marks of the two is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import attrs

from smartcity_share.cli.journey.visitor import Form, Page, Visitor
from tests.browser.demo import Demo

_NAMED: Final = re.compile(r"(?<=/)[^/]*[0-9A-Z][^/]*")
"""A step of an address that names one thing: the host's own steps are small letters."""

_OWN: Final = "/_/"
_LEAVES: Final = ("/_/keluar", "/_/bahasa")
_ALIKE: Final = 150
"""Addresses of one form that are fetched at most; the demo has 120 reports in a region."""


@attrs.frozen
class Shape:
    """What a page is made of.

    Attributes:
        path: The address below the root of the region, names and numbers left out.
        status: HTTP status.
        parts: Elements with their type and classes, forms, and the order of headings.
    """

    path: str
    status: int
    parts: frozenset[tuple[str, ...]]


@attrs.frozen
class Found:
    """A page.

    Attributes:
        address: Where it was asked for.
        login: Who asked; None is a citizen.
        shape: What it looks like.
        forms: Forms that send something, by number in the page and in words: where to, with which controls.
    """

    address: str
    login: str | None
    shape: Shape
    forms: tuple[tuple[int, str], ...]


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, ...]] = set()
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch("h[1-6]", tag) and self.headings[-1:] != [tag]:
            self.headings.append(tag)
        self.found.add((tag, given.get("type") or given.get("role") or "", given.get("class") or ""))


def _form_of(address: str, root: str) -> tuple[str, tuple[str, ...]]:
    parts = urlsplit(address)
    below = parts.path.removeprefix(urlsplit(root).path) or "/"
    return _NAMED.sub("…", below), tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))


def look(page: Page, asked: str, root: str, login: str | None) -> Found:
    """Return what a page is."""
    parts = _Parts()
    parts.feed(page.text)
    path, _ = _form_of(page.url, root)
    if page.status >= HTTPStatus.BAD_REQUEST:  # every address of an app is refused alike
        path = f"/{path.split('/')[1]}/…"
    forms = tuple(
        (number, f"{_form_of(form.action, root)[0]} {form.values.get('action', '')} {sorted(_controls(form))}")
        for number, form in enumerate(page.forms)
        if form.method == "post" and not form.action.endswith(_LEAVES)
    )
    shown = parts.found | {("form", words) for _, words in forms} | {("headings", *parts.headings)}
    shape = Shape(path, page.status, frozenset(shown))
    return Found(asked, login, shape, forms)


def _controls(form: Form) -> set[str]:
    """Return the names of what a form sends; rows of a list are alike."""
    return {re.sub(r"\d+", "…", name) for name in (*form.values, *form.choices, *form.buttons)}


def _is_page(page: Page) -> bool:
    return page.headers.get("content-type", "").startswith("text/html")


def follow(visitor: Visitor, demo: Demo, region: str, login: str | None) -> list[Found]:
    """Follow every link below the root of a region, from its front page and the list of regions."""
    root = demo.root(region)
    waiting, seen, fetched, found = [f"{demo.base}/", f"{root}/"], set[str](), Counter[tuple[str, tuple[str, ...]]](), []
    while waiting:
        asked = waiting.pop(0)
        form = _form_of(asked, root)
        fetched[form] += 1
        if asked in seen or fetched[form] > _ALIKE:
            continue
        seen.add(asked)
        page = visitor.get(asked)
        if not _is_page(page):
            continue
        found.append(look(page, asked, root, login))
        links = (link.partition("#")[0] for link in page.links)
        waiting += [link for link in links if link.startswith(f"{root}/") and not urlsplit(link).path.endswith(_LEAVES)]
    return found


def refusals(visitor: Visitor, demo: Demo, region: str, login: str | None, known: Iterable[str]) -> list[Found]:
    """Ask for what may be closed to somebody or is not there at all.

    Args:
        visitor: Who asks.
        demo: The served demo.
        region: Code of the region.
        login: The account, None for a citizen.
        known: Addresses that somebody else can open.
    """
    root = demo.root(region)
    places = {address.rpartition("/")[0] for address in known if address.startswith(f"{root}/")}
    nowhere = [f"{demo.base}/tidak-ada", *sorted(f"{place}/tidak-ada" for place in places)]
    pages = ((asked, visitor.get(asked)) for asked in [*known, *nowhere])
    return [look(page, asked, root, login) for asked, page in pages if _is_page(page)]


def _that_show_all_parts(pages: Iterable[Found]) -> list[Found]:
    """Return the fewest pages, or nearly, that show every part of each form of address; those with most parts come first."""
    shown: dict[tuple[str, int], set[tuple[str, ...]]] = {}
    kept = []
    for page in sorted(pages, key=lambda found: -len(found.shape.parts)):
        known = shown.setdefault((page.shape.path, page.shape.status), set())
        if not page.shape.parts <= known:
            known |= page.shape.parts
            kept.append(page)
    return kept


def every_page(demo: Demo, region: str) -> list[Found]:
    """Return the pages of a region that show all there is: of citizens, of every account, and what each of them is refused."""
    people = (None, *demo.logins(region))
    visitors = {login: demo.visitor(region, login) for login in people}
    pages = [page for login in people for page in follow(visitors[login], demo, region, login)]
    samples = [page.address for page in one_of_each_address(pages)]
    pages += [page for login in people for page in refusals(visitors[login], demo, region, login, samples)]
    return _that_show_all_parts(pages)


def one_of_each_address(pages: Iterable[Found]) -> list[Found]:
    """Return the first page of each form of address, status and kind of reader."""
    kept: dict[tuple[str, int, bool], Found] = {}
    for page in pages:
        kept.setdefault((page.shape.path, page.shape.status, page.login is None), page)
    return list(kept.values())

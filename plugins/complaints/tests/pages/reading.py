"""Reading a page as a browser does, and filling in the form of a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from smartcity_complaints import store
from smartcity_complaints.records import Photo, Report
from smartcity_complaints.workflow import Action
from smartcity_share import Installation

Do = Callable[..., Report]


class Page(HTMLParser):
    """Reads a page: what is open, ids, labels, links, controls."""

    void = frozenset({"meta", "link", "img", "input", "br", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in self.void:
            self.open.append(tag)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "label" and found.get("for"):
            self.labels.add(str(found["for"]))
        if tag in {"input", "select", "textarea"} and found.get("type") != "hidden":
            self.controls.append(found)
        if tag == "img" and "alt" not in found:
            self.faults.append("an image without alternative text")
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        if any(name.startswith("on") or name == "style" for name in found):
            self.faults.append(f"<{tag}> has a script or style in it")
        self.links += [str(found[name]) for name in ("href", "src", "action") if found.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def filled(html: str, **changes: str) -> dict[str, str]:
    return {
        "key": hidden(html, "key"),
        "kind": "waste",
        "text": "Sampah menumpuk sejak tiga hari.",
        "place": "Pasar",
        "consent": "1",
    } | changes


def photo(installation: Installation, number: str) -> Photo:
    with store.reading(installation) as connection:
        report = store.find(connection, number)
        assert report is not None
        return store.photos(connection, [report.id])[report.id][0]


def released(do: Do, number: str) -> str:
    return do(number, Action.VERIFY, publish=True).number

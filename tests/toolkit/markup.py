"""Read a page as a browser does: what is wrong with its markup, and what submitting its form would send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

import attrs

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_CONTROLS = frozenset({"input", "select", "textarea"})


@attrs.define(eq=False)
class Element:
    """One element with its attributes and children; text is a child of type str."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = attrs.field(factory=list)

    def walk(self) -> Iterator[Element]:
        """Yield this element and everything beneath it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str) -> list[Element]:
        """Return the elements of these names beneath this one."""
        return [element for element in self.walk() if element.tag in tags]

    @property
    def text(self) -> str:
        """The text of the element and everything beneath it, blanks made one."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())

    @property
    def raw(self) -> str:
        """The text directly in the element, as it stands."""
        return "".join(child for child in self.children if isinstance(child, str))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document", {})
        self.open = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attributes)
        self.faults += [f"<{tag}> has {name} twice" for name, count in names.items() if count > 1]
        element = Element(tag, {name: value or "" for name, value in attributes}, self.open)
        self.open.children.append(element)
        if tag not in _VOID:
            self.open = element

    def handle_endtag(self, tag: str) -> None:
        if tag != self.open.tag or self.open.parent is None:
            self.faults.append(f"</{tag}> closes <{self.open.tag}>")
            return
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parse(html: str) -> Element:
    """Return the tree of a page or a part of one."""
    return _read(html).root


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def faults_of(html: str) -> list[str]:
    """Return what is wrong with a whole page: empty where all is well."""
    reader = _read(html)
    root, found = reader.root, list(reader.faults)
    if reader.open is not root:
        found.append(f"<{reader.open.tag}> is not closed")
    elements = list(root.walk())
    ids = Counter(element.attributes["id"] for element in elements if "id" in element.attributes)
    found += [f"id {name} is used {count} times" for name, count in ids.items() if count > 1]
    found += _frame_faults(root)
    for element in elements:
        found += _element_faults(element, ids)
    return found


def _frame_faults(root: Element) -> Iterator[str]:
    pages = root.all("html")
    if not pages or not pages[0].attributes.get("lang"):
        yield "<html> has no lang"
    for tag in ("h1", "main", "title"):
        if len(root.all(tag)) != 1:
            yield f"{len(root.all(tag))} <{tag}>"
        elif not root.all(tag)[0].text.strip(" ·"):
            yield f"<{tag}> is empty"
    levels = [int(heading.tag[1]) for heading in root.all("h1", "h2", "h3", "h4")]
    yield from (f"<h{level}> follows <h{before}>" for before, level in pairwise(levels) if level > before + 1)


def _element_faults(element: Element, ids: Counter[str]) -> Iterator[str]:
    given = element.attributes
    if element.tag in {"script", "style"} or "style" in given or any(name.startswith("on") for name in given):
        yield f"<{element.tag}> holds style or script, which the content security policy refuses"
    if element.tag == "img" and "alt" not in given:
        yield f"<img src={given.get('src')}> has no alt"
    if element.tag in {"img", "link", "script"} and (given.get("src") or given.get("href", "")).startswith(
        ("http:", "https:", "//")
    ):
        yield f"<{element.tag}> asks another host"
    if element.tag in _CONTROLS and given.get("type") not in {"hidden", "submit"} and not _label(element):
        yield f"<{element.tag} name={given.get('name')}> has no label"
    if element.tag in {"button", "a", "summary", "legend", "th", "caption", "dt"} and not (
        element.text or given.get("aria-label") or any(image.attributes.get("alt") for image in element.all("img"))
    ):
        yield f"<{element.tag}> has no text"
    if element.tag == "table" and not element.all("caption"):
        yield "<table> has no caption"
    referred = [*given.get("aria-describedby", "").split(), *given.get("aria-labelledby", "").split(), given.get("for", "")]
    if element.tag == "a" and given.get("href", "").startswith("#") and len(given["href"]) > 1:
        referred.append(given["href"][1:])
    yield from (f"<{element.tag}> refers to {name}, which is not there" for name in referred if name and name not in ids)


def _label(element: Element) -> str:
    """Return the text a control is labelled with."""
    root = element
    while root.parent is not None:
        root = root.parent
        if root.tag == "label":
            return root.text
    name = element.attributes.get("id")
    labels = [label.text for label in root.all("label") if name and label.attributes.get("for") == name]
    return "".join(labels) or element.attributes.get("aria-label", "")


class Submission(list[tuple[str, str]]):
    """Name and value of each control that a browser would send, with the methods of Starlette's ``FormData``."""

    def getlist(self, key: str) -> list[str]:
        """Return every value of a control."""
        return [value for name, value in self if name == key]

    def keys(self) -> list[str]:
        """Return the names of the controls."""
        return [name for name, _ in self]


def submission(html: str, **typed: str) -> Submission:
    """Return what submitting the form would send.

    Args:
        html: A page or form.
        typed: What was typed into text controls, by name.
    """
    sent = Submission()
    for element in parse(html).all("input", "select", "textarea"):
        name, given = element.attributes.get("name"), element.attributes
        if not name:
            continue
        if name in typed and element.tag != "select":
            sent.append((name, typed[name]))
        elif element.tag == "textarea":
            # A browser drops the first line break of the element and sends breaks as CR LF.
            sent.append((name, element.raw.removeprefix("\n").replace("\n", "\r\n")))
        elif element.tag == "select":
            options = element.all("option")
            chosen = next((option for option in options if "selected" in option.attributes), options[0])
            sent.append((name, chosen.attributes["value"]))
        elif given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                sent.append((name, given.get("value", "on")))
        elif given.get("type") not in {"submit", "file"}:
            sent.append((name, given.get("value", "")))
    return sent

"""What a Jinja template reads, from its syntax tree; nothing is rendered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_TEMPLATE: Final = 1 << 20


@attrs.frozen
class Template:
    """What one template says.

    Attributes:
        text: Its source.
        attributes: Every attribute it reads of anything.
        region: Attributes it reads of something called ``region``, with the line.
    """

    text: str
    attributes: frozenset[str]
    region: tuple[tuple[str, int], ...]


def read_template(source: bytes) -> Template | None:
    """Read a template; None for what is none: not text, too large, or in a notation only the app's own environment knows."""
    from jinja2 import TemplateError, nodes

    if len(source) > MOST_TEMPLATE:
        return None
    try:
        text = source.decode()
        tree = _environment().parse(text)
    except (UnicodeDecodeError, TemplateError, RecursionError):
        return None
    attributes = set()
    region = []
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        name = _name(node)
        if name is None or not isinstance(node, nodes.Getattr | nodes.Getitem):
            continue
        attributes.add(name)
        holder = node.node
        if (isinstance(holder, nodes.Name) and holder.name == "region") or _name(holder) == "region":
            region.append((name, node.lineno))
    return Template(text, frozenset(attributes), tuple(region))


def _name(node: object) -> str | None:
    """Return the attribute a node reads, also where it is written as an item."""
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        return node.arg.value
    return None


@cache
def _environment() -> Environment:
    from jinja2 import Environment

    return Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])

"""Whether a video lies with a provider that catalogues can embed (oEmbed), from ``data/videos.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.rules.rule import Rule

_ANY: Final = "*"
_ANYWHERE: Final = ""

Pieces = tuple[str, ...]
"""What stands between the ``*`` of a pattern."""


def is_video(text: str) -> bool:
    """Whether an address is of a provider of the list; ``*`` in a pattern stands for any text, slashes included."""
    known = _by_host()
    return any(_fits(text, pieces) for pieces in (*known.get(_host(text), ()), *known[_ANYWHERE]))


def _fits(text: str, pieces: Pieces) -> bool:
    """Whether the pieces stand in a text in their order, the first at its begin and the last at its end.

    No regular expression: with several ``*`` one takes a power of the length of a hostile text.
    """
    first, *rest = pieces
    if not rest:
        return text == first
    last = rest.pop()
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)):
        return False
    at = len(first)
    for piece in rest:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end


@cache
def _by_host() -> Mapping[str, tuple[Pieces, ...]]:
    """Return the patterns by scheme and host; under the empty text those whose host has a ``*``."""
    text = files("smartcity_share.publiccode").joinpath("data", "videos.toml").read_text(encoding="utf-8")
    found: dict[str, list[Pieces]] = {_ANYWHERE: []}
    for pattern in tomllib.loads(text)["addresses"]["patterns"]:
        host = _host(pattern)
        found.setdefault(_ANYWHERE if _ANY in host else host, []).append(tuple(pattern.split(_ANY)))
    return {host: tuple(patterns) for host, patterns in found.items()}


def _host(text: str) -> str:
    return "/".join(text.split("/", 3)[:3])


def _video(text: str) -> Sentence | None:
    if is_video(text):
        return None
    message = f"{shown(text)} is of no provider that catalogues can embed (oEmbed)"
    return Sentence("video-unknown", message, "Link it from `documentation`, or put it with a provider of https://oembed.com.")


VIDEO = Rule("video-provider", "an address of a provider that oEmbed knows", _video)

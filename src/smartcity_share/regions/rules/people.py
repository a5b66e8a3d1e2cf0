"""Rules on dates and posts: nothing ends before it begins, no post is held by two, every post has a title."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.regions.rules.reading import is_day, tables
from smartcity_share.regions.wording import POST_WORDS

_DATED: Final = (
    ("officials", "from", "until"),
    ("titles", "valid_from", "valid_until"),
    ("legal_references", "valid_from", "valid_until"),
)


def reversed_terms(document: TomlDocument) -> Iterator[Fault]:
    """Nothing ends before it begins."""
    for array, first, last in _DATED:
        for index, entry in tables(document.data, array):
            begin, end = entry.get(first), entry.get(last)
            if is_day(begin) and is_day(end) and end < begin:
                yield Fault(
                    "term-reversed",
                    f"`{last}` {end} lies before `{first}` {begin}",
                    document.locate((array, index, last)),
                    "Correct one of the two dates.",
                )


def overlapping_terms(document: TomlDocument) -> Iterator[Fault]:
    """No post is held by two at once."""
    posts: dict[str, list[tuple[date, date, int]]] = {}
    for index, official in tables(document.data, "officials"):
        begin, end = official.get("from"), official.get("until", date.max)
        if isinstance(official.get("post"), str) and is_day(begin) and is_day(end) and begin <= end:
            posts.setdefault(official["post"], []).append((begin, end, index))
    for post, terms in posts.items():
        for before, after in pairwise(sorted(terms)):
            if after[0] <= before[1]:
                until = "is open" if before[1] == date.max else f"lasts until {before[1]}"
                yield Fault(
                    "term-overlap",
                    f"The post `{post}` is taken from {after[0]}, but the term of officials[{before[2] + 1}] {until}",
                    document.locate(("officials", after[2], "from")),
                    "End the earlier term the day before; who stands in during a leave has a term of their own.",
                )


def untitled_posts(document: TomlDocument) -> Iterator[Fault]:
    """A post whose title does not follow from the kind of the region has one in the profile."""
    for index, official in tables(document.data, "officials"):
        post = official.get("post")
        if isinstance(post, str) and post not in POST_WORDS and not official.get("title"):
            near = did_you_mean(post, POST_WORDS)
            yield Fault(
                "title-missing",
                f"The post `{post[:60]}` has no title",
                document.locate(("officials", index, "post")),
                f'{near} Otherwise add title = {{ id = "…" }}.'.strip(),
            )

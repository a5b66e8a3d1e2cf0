"""Names of regions as people write them, and the regions they may mean.

Pure: an index is made from regions and aliases and answers questions. Steps, each tried only when the one before found
nothing: whole words of the name; beginnings of words together with near spellings; words of the name and of its province; near
spellings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final, NamedTuple

from smartcity_share.regions.region import Region

LONGEST_TEXT: Final = 120
"""Characters of a question that are looked at; no name is half as long."""

NEAR_ENOUGH: Final = 78.0
"""Similarity in percent (normalised indel distance) from which a spelling counts as near; ``makasar`` is 93 near."""

AS_NEAR_AS_THE_BEST: Final = 4.0
"""Names this close to the best one, in percent, are listed with it."""

_KIND_WORDS: Final = {
    "kab": "kabupaten",
    "kodya": "kota",
    "kotamadya": "kota",
    "kotamadia": "kota",
    "prov": "provinsi",
    "prop": "provinsi",
    "propinsi": "provinsi",
    "kep": "kepulauan",
    "adm": "administrasi",
}
_LEADING: Final = frozenset({"kabupaten", "kota", "provinsi", "administrasi"})
_NOT_WORD: Final = re.compile(r"[^0-9a-z]+")


class Alias(NamedTuple):
    """Another name of a region.

    Attributes:
        code: The region.
        alias: The name, with its kind word where it had one.
        kind: ``former``, ``spelling`` or ``abbreviation``.
        source: The decree that changed the name, or where the spelling is used.
    """

    code: str
    alias: str
    kind: str
    source: str


class _Entry(NamedTuple):
    region: Region
    words: frozenset[str]
    squashed: str
    bare: str


def words_of(text: str) -> tuple[str, ...]:
    """Split a name into plain lower-case words, accents dropped and kind words written out."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TEXT]).lower()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return tuple(_KIND_WORDS.get(word, word) for word in _NOT_WORD.sub(" ", plain.replace("'", "")).split())


def without_kind(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop the leading kind words of a name, unless nothing would be left."""
    start = 0
    while start < len(words) - 1 and words[start] in _LEADING:
        start += 1
    return words[start:]


class NameIndex:
    """Answers which regions a text may mean.

    Args:
        regions: The regions, in the order answers are given.
        aliases: Their other names.
    """

    def __init__(self, regions: Iterable[Region], aliases: Iterable[Alias]) -> None:
        self._regions = tuple(regions)
        self._aliases = tuple(aliases)

    @cached_property
    def _entries(self) -> tuple[_Entry, ...]:
        by_code = {region.code: region for region in self._regions}
        named = [(region, words_of(region.name), words_of(region.short_name)) for region in self._regions]
        for alias in self._aliases:
            words = words_of(alias.alias)
            named.append((by_code[alias.code], words, without_kind(words)))
        return tuple(_Entry(region, frozenset(words), "".join(words), "".join(bare)) for region, words, bare in named)

    def find(self, text: str) -> tuple[Region, ...]:
        """Return the regions a name may mean, by the first step that finds any, in the order of the table."""
        containing = self.containing(text)
        if containing:
            return containing
        beginning = self._beginning(text)
        if beginning:  # "banyuas" begins Banyuasin, and is Banyumas misspelt
            return self._ordered([*beginning, *self._near(text)])
        return self._with_province(text) or self._near(text)

    def exact(self, text: str) -> tuple[Region, ...]:
        """Return the regions one of whose names, with or without its kind word, is the text; former names count like any."""
        squashed = "".join(words_of(text))
        return self._ordered(entry.region for entry in self._entries if squashed and squashed in (entry.squashed, entry.bare))

    def containing(self, text: str) -> tuple[Region, ...]:
        """Return the regions that have every word of the text in one of their names, or are written so without spaces."""
        words = frozenset(words_of(text))
        squashed = "".join(words_of(text))
        return self._where(lambda entry: words <= entry.words or squashed in (entry.squashed, entry.bare), words)

    def _beginning(self, text: str) -> tuple[Region, ...]:
        words = frozenset(words_of(text))
        return self._where(lambda entry: all(any(own.startswith(word) for own in entry.words) for word in words), words)

    def _with_province(self, text: str) -> tuple[Region, ...]:
        words = frozenset(words_of(text))

        def matches(entry: _Entry) -> bool:
            own = entry.words - _LEADING
            return bool(words & own) and words <= entry.words | frozenset(words_of(entry.region.province_name))

        return self._where(matches, words)

    def _near(self, text: str) -> tuple[Region, ...]:
        from rapidfuzz.fuzz import ratio

        words = list(words_of(text))
        for index, word in enumerate(words[:-1]):  # kind words may be misspelt too
            kind = next((kind for kind in sorted(_LEADING) if ratio(word, kind) >= NEAR_ENOUGH), None)
            if kind is None:
                break
            words[index] = kind
        wanted = "".join(without_kind(tuple(words)))
        if not wanted:
            return ()
        scored = [(ratio(wanted, entry.bare, score_cutoff=NEAR_ENOUGH), entry) for entry in self._entries]
        best = max(score for score, _ in scored)
        if not best:
            return ()
        hits = [entry for score, entry in scored if score and score >= best - AS_NEAR_AS_THE_BEST]
        of_kind = [entry for entry in hits if words[0] in _LEADING and entry.region.kind == words[0]]
        return self._ordered(entry.region for entry in of_kind or hits)

    def _where(self, matches: Callable[[_Entry], bool], words: frozenset[str]) -> tuple[Region, ...]:
        return self._ordered(entry.region for entry in self._entries if words and matches(entry))

    def _ordered(self, found: Iterable[Region]) -> tuple[Region, ...]:
        codes = {region.code for region in found}
        return tuple(region for region in self._regions if region.code in codes)

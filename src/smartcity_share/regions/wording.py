"""The words a government goes by: what its head, its regulations and its parts are called, for its kind and on a date.

The words are data: ``data/wording.toml`` for Indonesia, ``[[titles]]`` of a region profile over it and for other countries.
Templates and apps ask here and never write "Wali Kota" themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from smartcity_share.regions.region import Region, RegionKind
from smartcity_share.regions.wording_layers import base, layers, within

if TYPE_CHECKING:
    from smartcity_share.regions.profile import Official, RegionProfile

WORDS: Final = (
    "region_word",
    "region_name",
    "head_title",
    "deputy_title",
    "secretary_title",
    "head_regulation",
    "head_regulation_short",
    "head_decree",
    "head_decree_short",
    "regional_regulation",
    "regional_regulation_short",
    "council",
    "council_short",
    "government",
    "government_short",
    "salutation",
    "district_word",
    "district_head",
    "village_word",
)
"""Every word of a wording, as a key of ``[[titles]]`` and a property of :class:`Wording`."""

POST_WORDS: Final = {"head": "head_title", "deputy": "deputy_title", "secretary": "secretary_title"}
"""Posts whose title is drawn from the kind of the region."""

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


class TitleSet(Protocol):
    """Words of one language that a region profile sets itself, with the dates they hold."""

    @property
    def language(self) -> str:
        """The language of the words."""
        ...

    @property
    def words(self) -> Mapping[str, str]:
        """Word -> text, taken as it stands."""
        ...

    def holds_on(self, on: date) -> bool:
        """Whether the words are in use on a date."""
        ...


@attrs.frozen(slots=False)
class Wording:
    """The words of one region in one language on one date.

    A language that neither the wording file nor the profile has falls back to the region's own: Indonesian for Indonesia, the
    first language of its titles elsewhere.

    Args:
        kind: Kind of the region.
        language: BCP 47 tag; of ``id-ID`` the words of ``id`` are taken.
        titles: What the profile sets itself; of several that hold on the date the last wins, word by word.
        on: The day the words are for: the day a document is signed, not necessarily today.
        code: Code of the region, for words that hold in some provinces only.
        name: Official name.
        short_name: Name without kind word.

    Example:
        >>> from datetime import date
        >>> words = Wording(RegionKind.KOTA, "id", (), date(2026, 1, 31), short_name="Makassar", name="Kota Makassar")
        >>> words.head_regulation_short, words.government
        ('Perwal', 'Pemerintah Kota Makassar')
    """

    kind: RegionKind
    language: str
    titles: Sequence[TitleSet]
    on: date
    code: str = ""
    name: str = ""
    short_name: str = ""

    @property
    def region_word(self) -> str:
        """Kota, Kabupaten, Provinsi; City, Regency, Province."""
        return self.word("region_word")

    @property
    def region_name(self) -> str:
        """The region with its kind word in the order of the language: Kota Makassar, Makassar City."""
        return self.word("region_name")

    @property
    def head_title(self) -> str:
        """Wali Kota, Bupati, Gubernur; Mayor, Regent, Governor."""
        return self.word("head_title")

    @property
    def deputy_title(self) -> str:
        """Wakil Bupati; Deputy Regent."""
        return self.word("deputy_title")

    @property
    def secretary_title(self) -> str:
        """Sekretaris Daerah; Regional Secretary."""
        return self.word("secretary_title")

    @property
    def head_regulation(self) -> str:
        """Peraturan Wali Kota; Mayor Regulation."""
        return self.word("head_regulation")

    @property
    def head_regulation_short(self) -> str:
        """Perwal, Perbup, Pergub."""
        return self.word("head_regulation_short")

    @property
    def head_decree(self) -> str:
        """Keputusan Wali Kota; Mayor Decree."""
        return self.word("head_decree")

    @property
    def head_decree_short(self) -> str:
        """Kepwal, Kepbup, Kepgub."""
        return self.word("head_decree_short")

    @property
    def regional_regulation(self) -> str:
        """Peraturan Daerah; in Aceh Qanun."""
        return self.word("regional_regulation")

    @property
    def regional_regulation_short(self) -> str:
        """Perda; in Aceh Qanun."""
        return self.word("regional_regulation_short")

    @property
    def council(self) -> str:
        """Dewan Perwakilan Rakyat Daerah; Regional House of Representatives."""
        return self.word("council")

    @property
    def council_short(self) -> str:
        """DPRD; in Aceh DPRA and DPRK."""
        return self.word("council_short")

    @property
    def government(self) -> str:
        """Pemerintah Kota Makassar; Makassar City Government."""
        return self.word("government")

    @property
    def government_short(self) -> str:
        """Pemkot Makassar, Pemkab Dharmasraya."""
        return self.word("government_short")

    @property
    def salutation(self) -> str:
        """The opening of a letter to the head: Yth. Bapak/Ibu Bupati Dharmasraya."""
        return self.word("salutation")

    @property
    def district_word(self) -> str:
        """Kecamatan; in the Papuan provinces Distrik."""
        return self.word("district_word")

    @property
    def district_head(self) -> str:
        """Camat; in the Papuan provinces Kepala Distrik."""
        return self.word("district_head")

    @property
    def village_word(self) -> str:
        """Kelurahan in a kota, Desa/Kelurahan in a kabupaten; Gampong, Nagari, Kampung where the law says so."""
        return self.word("village_word")

    def word(self, key: str) -> str:
        """Return one word by its key.

        Args:
            key: One of :data:`WORDS`.

        Raises:
            KeyError: There is no such word.
        """
        if key not in WORDS:
            raise KeyError(key)
        return self._text(key)

    def title_of(self, official: Official) -> str:
        """Return the title of an official: the profile's own, or the one of the post; acting officials are marked (Plt.).

        Args:
            official: An official of the profile.
        """
        own = {part: official.title.get(part) for part in (self.language, base(self.language), self._spoken)}
        title = next((text for text in own.values() if text), None)
        if title is None and official.post in POST_WORDS:
            title = self.word(POST_WORDS[official.post])
        if title is None:
            title = next(iter(official.title.values()), official.post)
        if official.acting is None:
            return title
        return self._all_words[f"acting_{official.acting}"].replace("{title}", title)

    @cached_property
    def _spoken(self) -> str:
        """The language the words are really in."""
        wanted = [self.language, base(self.language)]
        if self.kind is RegionKind.OTHER:
            wanted += [title_set.language for title_set in self.titles]
        known = {layer["language"] for layer in layers()} | {title_set.language for title_set in self.titles}
        default = "en" if self.kind is RegionKind.OTHER else "id"
        return next((language for language in wanted if language in known), default)

    @cached_property
    def _own_words(self) -> Mapping[str, str]:
        own: dict[str, str] = {}
        for title_set in self.titles:
            if title_set.language == self._spoken and title_set.holds_on(self.on):
                own.update(title_set.words)
        return own

    @cached_property
    def _all_words(self) -> Mapping[str, str]:
        spoken = self._spoken
        if all(layer["language"] != spoken for layer in layers()):
            spoken = "en" if self.kind is RegionKind.OTHER else "id"
        found: dict[str, str] = {}
        for layer in layers():
            if layer["language"] == spoken and self._applies(layer):
                found.update(layer["words"])
        return found

    def _applies(self, layer: Mapping[str, Any]) -> bool:
        return (
            layer.get("kind", self.kind) == self.kind
            and ("regions" not in layer or within(self.code, layer["regions"]))
            and not within(self.code, layer.get("except", ()))
            and layer.get("valid_from", date.min) <= self.on <= layer.get("valid_until", date.max)
        )

    def _text(self, key: str) -> str:
        if key in ("name", "short_name"):
            return self.name if key == "name" else self.short_name
        if key in self._own_words:
            return self._own_words[key]
        return _PLACEHOLDER.sub(lambda match: self._text(match[1]), self._all_words[key])


def wording_of(profile: RegionProfile, language: str, on: date) -> Wording:
    """Return the words of a region by its profile.

    Args:
        profile: The region.
        language: BCP 47 tag of the language the page or document is in.
        on: The day the words are for.
    """
    return Wording(
        profile.kind, language, profile.titles, on, code=profile.code, name=profile.name, short_name=profile.short_name
    )


def wording_of_region(region: Region, language: str, on: date) -> Wording:
    """Return the words of a region by the table alone, where there is no profile yet.

    Args:
        region: A row of the table.
        language: BCP 47 tag.
        on: The day the words are for.
    """
    return Wording(region.kind, language, (), on, code=region.code, name=region.name, short_name=region.short_name)

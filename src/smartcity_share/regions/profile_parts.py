"""The tables of a region profile, one model each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, Strict, field_validator

from smartcity_share.documents.model import DocumentModel
from smartcity_share.documents.shapes import EmailAddress, Identifier, LanguageCode, Line, Shape, WebAddress
from smartcity_share.regions.colour import WHITE
from smartcity_share.regions.wording import WORDS

Texts = Annotated[dict[LanguageCode, Line], Field(min_length=1)]
"""Language -> one line of text, in one language at least."""

OptionalTexts = dict[LanguageCode, Line]
"""Language -> one line of text."""

Colour = Annotated[str, Shape("#[0-9a-fA-F]{6}", "a colour of the form #rrggbb", 'Write for example "#1d4e89".', longest=7)]

PhoneNumber = Annotated[
    str,
    Shape(
        r"\+?[0-9(][0-9 ()./-]{1,28}[0-9]",
        "a telephone number",
        "Write digits, blanks and hyphens, with + before a country code.",
        longest=31,
    ),
]

EmergencyNumber = Annotated[
    str, Shape("[0-9]{2,15}", "an emergency number", 'Write the digits as citizens dial them, in quotes: "112".', longest=15)
]

Day = Annotated[dt.date, Strict()]
"""A day, written as TOML writes dates: text is refused, because rules compare days."""

PlaceCode = Annotated[str, Shape("[A-Za-z0-9][A-Za-z0-9.-]*", "a code", 'Write for example "71.08.01".', longest=40)]


class Official(DocumentModel):
    """Who holds a post, from one day to another."""

    post: Identifier
    """`head`, `deputy`, `secretary`, or a word of your own for another post."""
    title: OptionalTexts = Field(default_factory=dict)
    """Title per language; of head, deputy and secretary it is drawn from the kind of the region and may be left out."""
    name: Line
    """Name as it stands under a document."""
    valid_from: Day = Field(alias="from")
    """First day in the post."""
    valid_until: Day | None = Field(default=None, alias="until")
    """Last day in the post; leave it out while it is open."""
    acting: Literal["plt", "plh", "pj", "pjs"] | None = None
    """How the post is held when not definitively: plt (pelaksana tugas), plh (pelaksana harian), pj (penjabat), pjs (penjabat
    sementara)."""
    signs: tuple[Identifier, ...] = ()
    """Purposes of documents this official signs, such as `decision`."""

    def holds_on(self, on: dt.date) -> bool:
        """Whether the post is held on a day; the first and the last day count."""
        return self.valid_from <= on <= (self.valid_until or dt.date.max)


class Office(DocumentModel):
    """An office of the region (perangkat daerah)."""

    id: Identifier
    """Word for programs, unique in the profile; keep it when the office is renamed."""
    name: Texts
    """Name per language."""
    abbreviation: Annotated[str, Shape(".*", "one line of text", longest=40)] = ""
    """As people call the office: `DLH`."""
    email: EmailAddress | None = None
    """E-mail address of the office."""
    phone: PhoneNumber | None = None
    """Telephone number of the office."""
    address: Line | None = None
    """Address of the office."""
    handles: tuple[Identifier, ...] = ()
    """Topics this office deals with, such as `waste`."""


class District(DocumentModel):
    """A district (kecamatan, distrik) of the region."""

    code: PlaceCode
    """Kemendagri code `PP.RR.DD`; it begins with the region's."""
    name: Line
    """Name without the word for district."""


class Contacts(DocumentModel):
    """How citizens reach the region."""

    emergency: EmergencyNumber | None = None
    """The number to call in danger."""
    address: Line | None = None
    """Street and place of the seat of government."""
    postal_code: Annotated[str, Shape("[A-Za-z0-9][A-Za-z0-9 -]*", "a postal code", longest=12)] | None = None
    """Postal code of the address."""
    phone: PhoneNumber | None = None
    """Telephone number."""
    email: EmailAddress | None = None
    """E-mail address."""
    website: WebAddress | None = None
    """Address of the region's own site."""


class Branding(DocumentModel):
    """What pages of the region look like."""

    logo: Annotated[str, Shape(r"[^\r\n]+", "a file name", "Write for example logo.svg.", longest=200)] | None = None
    """A .svg or .png file beside the profile, by its name."""
    logo_alt: OptionalTexts = Field(default_factory=dict)
    """What the logo shows, per language, for who cannot see it."""
    primary: Colour = "#1d4e89"
    """Colour of the page head, headings and links: white is readable on it, and it is readable on white."""
    accent: Colour = "#8a4b08"
    """Colour of badges and marks, with `text_on_accent` on it."""
    text_on_accent: Literal["#ffffff", "#000000"] = "#ffffff"
    """White, or black on a light accent."""

    @field_validator("primary", "accent")
    @classmethod
    def _lower(cls, colour: str) -> str:
        return colour.lower()

    @property
    def text_on_primary(self) -> str:
        """The colour of text on the primary colour: always white."""
        return WHITE


class LegalReference(DocumentModel):
    """A regulation the region refers to."""

    kind: Line
    """Kind of regulation as it is cited: `Perda`, `Perbup`, `UU`."""
    number: Annotated[str, Shape(r"\S(?:[^\r\n]*\S)?", "a number as it is cited", 'Write it in quotes: "12".', longest=40)]
    """Number as it is cited, in quotes."""
    year: Annotated[int, Strict(), Field(ge=1800, le=2200)]
    """Year."""
    subject: Line
    """What it is about, in the language of the regulation."""
    valid_from: Day | None = None
    """First day it holds."""
    valid_until: Day | None = None
    """Last day it holds."""


class Holiday(DocumentModel):
    """A day the offices of the region are closed."""

    date: Day
    """The day."""
    name: Texts
    """Name per language."""


class Titles(DocumentModel):
    """Words of one language that the region sets itself, over those of its kind."""

    language: LanguageCode
    """The language of these words."""
    valid_from: Day | None = None
    """First day they are used."""
    valid_until: Day | None = None
    """Last day they are used."""
    region_word: Line | None = None
    """Kind of region: Kota."""
    region_name: Line | None = None
    """Name with the kind word: Kota Makassar."""
    head_title: Line | None = None
    """Title of the head: Wali Kota."""
    deputy_title: Line | None = None
    """Title of the deputy: Wakil Wali Kota."""
    secretary_title: Line | None = None
    """Title of the first civil servant: Sekretaris Daerah."""
    head_regulation: Line | None = None
    """Regulation of the head: Peraturan Wali Kota."""
    head_regulation_short: Line | None = None
    """The same, shortened: Perwal."""
    head_decree: Line | None = None
    """Decree of the head: Keputusan Wali Kota."""
    head_decree_short: Line | None = None
    """The same, shortened: Kepwal."""
    regional_regulation: Line | None = None
    """Regulation of head and council: Peraturan Daerah."""
    regional_regulation_short: Line | None = None
    """The same, shortened: Perda."""
    council: Line | None = None
    """The elected council: Dewan Perwakilan Rakyat Daerah."""
    council_short: Line | None = None
    """The same, shortened: DPRD."""
    government: Line | None = None
    """The government: Pemerintah Kota Makassar."""
    government_short: Line | None = None
    """The same, shortened: Pemkot Makassar."""
    salutation: Line | None = None
    """Opening of a letter to the head."""
    district_word: Line | None = None
    """Kind of district: Kecamatan."""
    district_head: Line | None = None
    """Title of the head of a district: Camat."""
    village_word: Line | None = None
    """Kind of the smallest unit: Kelurahan."""

    @property
    def words(self) -> Mapping[str, str]:
        """The words that are set, by their keys."""
        return {word: text for word in WORDS if (text := getattr(self, word)) is not None}

    def holds_on(self, on: dt.date) -> bool:
        """Whether the words are used on a day."""
        return (self.valid_from or dt.date.min) <= on <= (self.valid_until or dt.date.max)

"""The tables that say what an app needs, stores and keeps up: readiness, needs, data, life cycle, languages, pictures."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from smartcity_share.documents.model import DocumentModel
from smartcity_share.documents.shapes import Flag, Identifier, LanguageCode, Line, WebAddress, Whole
from smartcity_share.manifest.types import (
    Duration,
    FieldName,
    OptionalTexts,
    Picture,
    Texts,
    VersionRange,
)
from smartcity_share.manifest.vocabulary import Contract, LawfulBasis


class Requirement(DocumentModel):
    """One thing a region has to have before the app can work there."""

    id: Identifier
    """Id of the requirement; the app answers it by this id."""
    area: Literal["institutional", "legal", "data", "people", "technical"]
    """What it concerns."""
    question: Texts
    """The question to the region per language; yes means ready."""
    check: Literal["probe", "attested"]
    """`probe`: the app finds out itself (hook `check_readiness`); `attested`: an official answers."""
    evidence: OptionalTexts = Field(default_factory=dict)
    """What to show for an attested answer, per language."""
    blocking: Flag = False
    """Whether the app is not installed while the answer is no."""


class ConnectorNeed(DocumentModel):
    """A link to something outside that the app uses through a connector."""

    contract: Contract
    """Contract the connector fulfils."""
    required: Flag = False
    """Whether the app does not work without it."""
    purpose: OptionalTexts = Field(default_factory=dict)
    """What the app uses it for, per language."""


class Needs(DocumentModel):
    """What the app needs of the machine and of the region's connectors."""

    database: Flag = False
    """Whether it stores rows."""
    files: Flag = False
    """Whether it stores files."""
    jobs: Flag = False
    """Whether it has work that runs by the clock; needed for `[[job]]`."""
    memory_mb: Whole | None = Field(default=None, ge=1, le=1_000_000)
    """Memory in MB it takes beside the host."""
    disk_mb: Whole | None = Field(default=None, ge=1, le=100_000_000)
    """Disk in MB its data takes in a year at the volume of `[audience]`."""
    connectors: tuple[ConnectorNeed, ...] = ()
    """Connectors it uses, one `[[needs.connectors]]` for each."""


class DataField(DocumentModel):
    """One field of a data set. What is said here goes before what the data set says."""

    name: FieldName
    """Name of the field in the data."""
    data_class: Literal["public", "internal", "personal-general", "personal-specific"] = Field(alias="class")
    """Class of the datum; the personal ones are those of UU 27/2022 article 4."""
    title: OptionalTexts = Field(default_factory=dict)
    """What the field holds, per language."""
    purpose: OptionalTexts = Field(default_factory=dict)
    """What a personal datum is used for, per language."""
    lawful_basis: LawfulBasis | None = None
    """On what ground of UU 27/2022 article 20(2) a personal datum is processed."""
    retention: Duration | None = None
    """How long it is kept."""


class DataSet(DocumentModel):
    """Data the app stores, field by field."""

    id: Identifier
    """Id of the data set."""
    title: Texts
    """What it is, per language."""
    fields: tuple[DataField, ...] = Field(min_length=1)
    """Its fields, one `[[data.fields]]` for each."""
    tables: tuple[FieldName, ...] = ()
    """Tables of the database it is kept in, every column a field; where left out, those that no data set names."""
    files: Flag = False
    """Whether fields are kept as files; their names are then not looked for in the tables."""
    purpose: OptionalTexts = Field(default_factory=dict)
    """What its personal data is used for, per language."""
    lawful_basis: LawfulBasis | None = None
    """On what ground of UU 27/2022 article 20(2) its personal data is processed."""
    retention: Duration | None = None
    """How long it is kept."""
    export_format: Line | None = None
    """Format in which it leaves with the region, for example `CSV`."""


class Standard(DocumentModel):
    """A protocol or data standard the app speaks."""

    name: Line
    """Name of the standard."""
    version: Line
    """Version of the standard."""
    validator: Line | None = None
    """Independent program that the app's output is checked with."""
    url: WebAddress | None = None
    """Where the standard is published."""


class Removal(DocumentModel):
    """What stays when the app is removed from a region."""

    keeps: tuple[Literal["data", "files", "settings", "audit"], ...] = ("audit",)
    """What is kept."""
    retention: Duration = "P1Y"
    """For how long."""


class Lifecycle(DocumentModel):
    """What upgrades and removal have to know."""

    data_epoch: Whole = Field(default=1, ge=1, le=1_000_000)
    """Number of the form of the stored data. A version that reads older data but writes a new form has a higher number."""
    upgrades_from: VersionRange = ""
    """Range of versions from which an upgrade is possible; empty for every one."""
    export_formats: tuple[Line, ...] = ()
    """Open formats the app exports to."""
    removal: Removal = Removal()
    """What stays when the app is removed."""


class Localisation(DocumentModel):
    """The languages of the app."""

    complete: tuple[LanguageCode, ...] = Field(min_length=1)
    """Languages in which every text of the app and of this manifest is given."""
    partial: tuple[LanguageCode, ...] = ()
    """Languages in which some texts are given."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language of the app, the complete ones first."""
        return tuple(dict.fromkeys((*self.complete, *self.partial)))


class Screenshot(DocumentModel):
    """One picture of the app in use."""

    path: Picture
    """File in the package folder."""
    alt: Texts
    """What the picture shows, for those who do not see it, per language."""


class Media(DocumentModel):
    """Pictures of the app."""

    icon: Picture | None = None
    """Icon: a file in the package folder."""
    screenshots: tuple[Screenshot, ...] = ()
    """Pictures of the app in use, one `[[media.screenshots]]` for each."""

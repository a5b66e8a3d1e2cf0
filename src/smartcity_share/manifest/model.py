"""The manifest, version 1: what an app says of itself in ``smartcity.toml``.

The classes of its tables live in the modules beside this one; all of them can be imported from here.
"""

from __future__ import annotations

from typing import Final

from pydantic import ConfigDict, Field

from smartcity_share.documents.model import DocumentModel
from smartcity_share.documents.shapes import Line
from smartcity_share.manifest.contributions import Column, Indicator, Job, OpenDataset, Page, Role
from smartcity_share.manifest.identity import App, Audience, BasedOn, Contact, LegalBasis, Origin, Relation, Terms, Volume
from smartcity_share.manifest.operation import (
    ConnectorNeed,
    DataField,
    DataSet,
    Lifecycle,
    Localisation,
    Media,
    Needs,
    Removal,
    Requirement,
    Screenshot,
    Standard,
)
from smartcity_share.manifest.types import HostApiRange, ManifestVersion

__all__ = [
    "FILE_NAME",
    "MANIFEST_VERSION",
    "REGION_FACTS",
    "App",
    "Audience",
    "BasedOn",
    "Column",
    "ConnectorNeed",
    "Contact",
    "DataField",
    "DataSet",
    "Indicator",
    "Job",
    "LegalBasis",
    "Lifecycle",
    "Localisation",
    "Manifest",
    "Media",
    "Needs",
    "OpenDataset",
    "Origin",
    "Page",
    "Relation",
    "Removal",
    "Requirement",
    "Role",
    "Screenshot",
    "Standard",
    "Terms",
    "Volume",
]

FILE_NAME: Final = "smartcity.toml"
"""Name of the manifest in the package folder and in the dist-info."""

MANIFEST_VERSION: Final = (1, 0)
"""Major and minor version of the manifest that this library reads in full."""

REGION_FACTS: Final = (
    "name",
    "short_name",
    "province",
    "capital",
    "time_zone",
    "languages",
    "titles",
    "officials",
    "offices",
    "districts",
    "contacts",
    "branding",
    "legal_references",
    "holidays",
)
"""Facts of the region profile that ``region_uses`` may list. Code, kind and wording need no declaration."""


class Manifest(DocumentModel):
    """What an app says of itself: everything a government needs to know beyond the metadata of the wheel."""

    model_config = ConfigDict(title="smartcity.toml")

    manifest_version: ManifestVersion
    """Version of the manifest format: 1, or `"1.N"` in quotes."""
    host_api: HostApiRange
    """Range of the host API the app works with, such as `>=1.0,<2`; checked before anything of the app is imported."""
    region_uses: tuple[Line, ...] = ()
    """Facts of the region profile the app reads; nothing else of a region may appear in it."""
    app: App
    """What the app is."""
    origin: Origin
    """Where the app comes from."""
    terms: Terms
    """On what terms other regions may take it."""
    legal_bases: tuple[LegalBasis, ...] = Field(default=(), alias="legal_basis")
    """Regulations and decrees the app rests on."""
    audience: Audience = Audience()
    """For whom the app is."""
    requirements: tuple[Requirement, ...] = Field(default=(), alias="requirement")
    """What a region has to have before the app can work there."""
    supersedes: tuple[Relation, ...] = ()
    """Apps this one takes the place of."""
    overlaps: tuple[Relation, ...] = ()
    """Apps in the same field that stay beside this one."""
    needs: Needs = Needs()
    """What the app needs of the machine and of the region's connectors."""
    roles: tuple[Role, ...] = Field(default=(), alias="role")
    """What each kind of official may do."""
    data: tuple[DataSet, ...] = ()
    """Data the app stores."""
    jobs: tuple[Job, ...] = Field(default=(), alias="job")
    """Work that runs by the clock."""
    indicators: tuple[Indicator, ...] = Field(default=(), alias="indicator")
    """Numbers that tell how the app does."""
    datasets: tuple[OpenDataset, ...] = Field(default=(), alias="dataset")
    """Open data the app publishes."""
    pages: tuple[Page, ...] = Field(default=(), alias="page")
    """Addresses of the app."""
    standards: tuple[Standard, ...] = ()
    """Protocols and data standards the app speaks."""
    lifecycle: Lifecycle = Lifecycle()
    """What upgrades and removal have to know."""
    localisation: Localisation
    """Languages of the app."""
    media: Media = Media()
    """Pictures of the app."""

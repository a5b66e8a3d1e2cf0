"""The tables that say what an app is, where it comes from and on what terms it is shared."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from smartcity_share.documents.model import DocumentModel
from smartcity_share.documents.shapes import EmailAddress, Flag, Identifier, Line, WebAddress, Whole
from smartcity_share.manifest.types import (
    AppId,
    CountryCode,
    FieldName,
    OptionalLongTexts,
    OptionalTexts,
    PhoneNumber,
    RegionCode,
    Texts,
)
from smartcity_share.manifest.vocabulary import Contract, category_ids, check_category

Category = Annotated[Identifier, AfterValidator(check_category), WithJsonSchema({"type": "string", "enum": category_ids()})]


class App(DocumentModel):
    """What the app is."""

    id: AppId
    """Id of the app, the same as the name of its entry point: 2 to 31 small letters, digits and hyphens."""
    kind: Literal["app", "connector"] = "app"
    """`app`, or `connector` for a plugin that links the apps of a region to something outside."""
    title: Texts
    """Name of the app per language. No name of a region belongs in it."""
    title_setting: FieldName | None = None
    """Setting with the name a region gives the service, as a text or texts per language; shown instead of `title`."""
    summary: Texts
    """What the app does, in one sentence per language."""
    description: OptionalLongTexts = Field(default_factory=dict)
    """What the app does, at length, per language."""
    category: Category
    """Field of government the app serves, from the list of categories."""
    status: Literal["concept", "development", "beta", "stable", "obsolete"]
    """How far the development is."""
    provides: tuple[Contract, ...] = ()
    """Contracts a connector fulfils for the apps of its region; of an app nothing."""


class Contact(DocumentModel):
    """Whom to ask."""

    kind: Literal["team", "person"] = "team"
    """`team` or `person`. A team's mailbox outlives a transfer of staff."""
    name: Line
    """Name of the team or person."""
    email: EmailAddress
    """E-mail address."""
    phone: PhoneNumber | None = None
    """Telephone number."""


class BasedOn(DocumentModel):
    """The app this one is a variant of."""

    app: AppId
    """Id of the other app."""
    version: Line
    """Version it was taken from."""
    region: RegionCode | None = None
    """Code of the region the other app comes from."""


class Origin(DocumentModel):
    """Where the app comes from. A region or an agency is given."""

    region: RegionCode | None = None
    """Code of the region that shares the app, in quotes."""
    country: CountryCode = "ID"
    """Country of the region. Codes of other countries than ID are not looked up."""
    agency: Line | None = None
    """Agency or organisation that keeps the app."""
    contacts: tuple[Contact, ...] = Field(min_length=1)
    """Whom a region that takes the app can ask."""
    based_on: BasedOn | None = None
    """The app this one is a variant of."""


class Terms(DocumentModel):
    """On what terms other regions may take the app. The licence of the code is in the metadata of the wheel."""

    agreement_required: Flag
    """Whether the origin hands the app over only after an agreement (kesepakatan bersama, perjanjian kerja sama)."""
    users: Literal["anyone", "government"] = "government"
    """Who may run it."""
    resharing: Literal["allowed", "with-consent", "forbidden"] = "with-consent"
    """Whether a region that took it may hand it on."""
    commercial_use: Literal["allowed", "with-consent", "forbidden"] = "forbidden"
    """Whether money may be earned with it."""
    changes: Literal["free", "give-back"] = "free"
    """Whether changes to the code go back to the origin."""
    attribution: OptionalTexts = Field(default_factory=dict)
    """Words to show where the app is used, per language; empty where none are asked."""
    support: Literal["none", "installation", "first-year", "ongoing"] = "none"
    """How far the origin helps."""
    support_note: OptionalTexts = Field(default_factory=dict)
    """What the help consists of, per language."""
    cost: Literal["free", "expenses", "paid"] = "free"
    """What the receiving region pays the origin: nothing, travel and the like, or a price."""
    cost_note: OptionalTexts = Field(default_factory=dict)
    """What is paid for, per language."""


class LegalBasis(DocumentModel):
    """A regulation or decree the app rests on."""

    kind: Literal[
        "uu", "pp", "perpres", "inpres", "permen", "perda", "perkada", "kepkada", "surat-edaran", "agreement", "other"
    ]
    """Kind of regulation; `perkada` and `kepkada` are those of the head of a region, `permen` those of a minister."""
    number: Line
    """Its number, as text."""
    year: Whole = Field(ge=1945, le=2200)
    """Year it was issued."""
    subject: Line
    """What it is about."""
    issuer: Line | None = None
    """Who issued it, where the kind does not say."""
    valid_from: dt.date | None = None
    """First day it is in force."""
    valid_until: dt.date | None = None
    """Last day it is in force; leave it out while it is."""
    url: WebAddress | None = None
    """Where its text is published."""


class Volume(DocumentModel):
    """How much the app has carried in use."""

    count: Whole = Field(ge=0)
    """How many."""
    unit: Line
    """Of what, for example `reports per year`."""
    year: Whole = Field(ge=1990, le=2200)
    """In which year."""


class Audience(DocumentModel):
    """For whom the app is."""

    region_kinds: tuple[Literal["provinsi", "kabupaten", "kota", "other"], ...] = ()
    """Kinds of region that can run it; empty for every kind."""
    offices: tuple[Line, ...] = ()
    """Functions of the offices that run it, not their local names: `communication and information`."""
    users: tuple[Literal["citizens", "businesses", "organisations", "officials", "leaders"], ...] = ()
    """Who uses it."""
    volume: Volume | None = None
    """The largest volume it was used at."""


class Relation(DocumentModel):
    """Another app in the same field."""

    name: Line
    """Name of the other app."""
    owner: Line | None = None
    """Who runs it, for example a ministry."""
    area: Literal[
        "planning",
        "budgeting",
        "procurement",
        "performance-accountability",
        "monitoring-evaluation",
        "archives",
        "personnel",
        "public-complaints",
        "other",
    ] = "other"
    """Field of Perpres 95/2018 article 63(3) in which a region may have to use the national app."""
    since: dt.date | None = None
    """First day the relation holds."""
    until: dt.date | None = None
    """Last day it holds."""
    note: OptionalTexts = Field(default_factory=dict)
    """How the two stand to each other, per language."""
    url: WebAddress | None = None
    """Where the other app is described."""

"""The tables the host shows and enforces without importing the app: roles, pages, jobs, indicators, data sets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from smartcity_share.documents.model import DocumentModel
from smartcity_share.documents.shapes import Flag, Identifier, Line, Whole
from smartcity_share.manifest.types import FieldName, Licence, OptionalTexts, PagePath, Permission, Texts

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Role(DocumentModel):
    """What one kind of official may do in the app. The host enforces it."""

    id: Identifier
    """Id of the role."""
    title: Texts
    """Name of the role per language."""
    summary: OptionalTexts = Field(default_factory=dict)
    """Who should have it, per language."""
    permissions: tuple[Permission, ...] = Field(min_length=1)
    """What the role permits; a page or the app's code asks for these words."""


class Page(DocumentModel):
    """An address of the app. A request that no page covers is answered 404 by the host."""

    path: PagePath
    """Path below the app's address; `{name}` stands for one part. It covers itself and everything beneath."""
    access: Literal["public", "signed-in", "permission"]
    """Who may open it: everybody, every official who signed in, or those whose role holds `permission`."""
    permission: Permission | None = None
    """Permission needed where `access` is `permission`."""
    methods: tuple[Method, ...] = ()
    """HTTP methods the entry covers; empty for every method."""
    menu: Flag = False
    """Whether the page stands in the menu of the region's site."""
    console: Flag = False
    """Whether the console leads to the page from that of the app, for who may open it: pages to administer the service."""
    title: OptionalTexts = Field(default_factory=dict)
    """Name of the page per language; needed for the menu and the console."""


class Job(DocumentModel):
    """Work that runs by the clock, once for each installation."""

    id: Identifier
    """Id of the job; the app gives the code by this id (hook `jobs`)."""
    title: Texts
    """What it does, per language."""
    schedule: Line
    """When it runs, in the time zone of the region: minute, hour, day of month, month, day of week, as in cron."""
    time_limit_minutes: Whole = Field(default=10, ge=1, le=1440)
    """Minutes after which a run counts as failed."""


class Indicator(DocumentModel):
    """A number that tells how the app does in the region."""

    id: Identifier
    """Id of the indicator; the app gives the value by this id (hook `indicators`)."""
    title: Texts
    """What it tells, per language."""
    unit: Literal["count", "percent", "ratio", "score", "seconds", "minutes", "hours", "days", "workdays", "currency", "bytes"]
    """Unit of the number; `currency` is that of the region."""
    direction: Literal["up", "down", "neutral"] = "neutral"
    """Whether more is better (`up`), less is better (`down`), or neither."""
    formula: OptionalTexts = Field(default_factory=dict)
    """How it is worked out, per language."""


class Column(DocumentModel):
    """One column of an open data set."""

    name: FieldName
    """Key in the rows."""
    type: Literal["text", "integer", "number", "boolean", "date", "datetime", "url"]
    """Type of the values."""
    title: OptionalTexts = Field(default_factory=dict)
    """What it holds, per language."""
    unit: Line | None = None
    """Unit of a number."""


class OpenDataset(DocumentModel):
    """Open data the app publishes; no personal datum is in it."""

    id: Identifier
    """Id of the data set; the app gives the rows by this id (hook `datasets`)."""
    title: Texts
    """Name of the data set per language."""
    summary: OptionalTexts = Field(default_factory=dict)
    """What it holds, per language."""
    columns: tuple[Column, ...] = Field(min_length=1)
    """Its columns, one `[[dataset.columns]]` for each."""
    licence: Licence = "CC-BY-4.0"
    """SPDX id of the licence it is published under."""
    updated: Literal["continuous", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular"] = "daily"
    """How often it changes."""

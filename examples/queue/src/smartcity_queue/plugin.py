"""What the host is given: a setting, a table, and a FastAPI application for every region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, DateTime, Integer, MetaData, Table

from smartcity_share import DatabaseSchema, Settings, hookimpl, setting

if TYPE_CHECKING:
    from fastapi import FastAPI

metadata = MetaData()
numbers = Table(
    "numbers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("counter", Integer, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("called_at", DateTime(timezone=True)),
)


class QueueSettings(Settings):
    """What a region sets."""

    counters: int = setting(2, title={"id": "Banyaknya loket", "en": "Counters"}, ge=1, le=50)


@hookimpl
def settings_model() -> type[Settings]:
    """Return what a region can set."""
    return QueueSettings


@hookimpl
def database_schema() -> DatabaseSchema:
    """Return the table; the host makes it for each region."""
    return DatabaseSchema(metadata)


@hookimpl
def asgi_app() -> FastAPI:
    """Return the application; FastAPI is imported when the pages are first asked for, not by an install."""
    from smartcity_queue.api import api

    return api

"""What tables of the instance have in common: the key of an installation, and moments as numbers that SQL compares."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, String


def key_of_installation() -> tuple[Column[str], Column[str]]:
    """Return the columns that name an installation: code of the region and id of the app, both of the key."""
    return Column("region", String(40), primary_key=True), Column("app", String(80), primary_key=True)


def stamp(moment: datetime) -> float:
    """Return the stored form of an aware moment: seconds since the epoch, the same on every engine."""
    return moment.timestamp()


def moment_of(value: float) -> datetime:
    """Return the aware moment of a stored value, UTC."""
    return datetime.fromtimestamp(value, UTC)

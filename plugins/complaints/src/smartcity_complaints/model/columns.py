"""What every table is made of: aware moments, and columns that say which class of datum they hold, as the manifest does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Column, DateTime, Dialect, MetaData
from sqlalchemy.types import TypeDecorator

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment; stored in UTC, also where the database keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; without a zone only where the database keeps none.

        Raises:
            ValueError: The moment has no zone: which one was meant is never guessed.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a time zone cannot be stored"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored moment as an aware one in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def personal(name: str, kind: Any, **options: Any) -> Column[Any]:
    """Return a column with a personal datum of the general class."""
    return Column(name, kind, info={"class": "personal-general"}, **options)


def internal(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    """Return a column that only officials and the service read."""
    return Column(name, kind, *more, info={"class": "internal"}, **options)


def public(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    """Return a column that everyone may read once the report is for everyone."""
    return Column(name, kind, *more, info={"class": "public"}, **options)

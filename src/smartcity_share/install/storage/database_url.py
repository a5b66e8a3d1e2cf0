"""The URL of the database of an instance; one with a password lies in a file of its own, as every secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL

EMBEDDED: Final = "sqlite"
"""The database that needs no server: one file per installation, in the folder of the instance."""

IN_SECRET: Final = "secret"  # noqa: S105 - the word that says where the URL lies
"""Stands for a URL that lies in :data:`SECRET_REF`."""

SECRET_REF: Final = "secrets/_instance/database/url"  # noqa: S105 - a place, no secret
"""Where the URL lies, relative to the folder of the instance."""

SCHEMES: Final = ("postgresql", "postgres")


def is_postgres(text: str) -> bool:
    """Whether a text begins as the URL of a PostgreSQL database does."""
    return text.partition("://")[0] in SCHEMES and "://" in text


def parsed_url(text: str) -> URL:
    """Return a URL, read.

    Raises:
        UsageError: It is none of a PostgreSQL database. The message does not repeat it: it may hold a password.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    hint = "Write `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`; special characters in the password percent-encoded."
    if not is_postgres(text):
        raise UsageError(f"A database is `{EMBEDDED}` or a URL that begins with postgresql://", hint=hint)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError("The URL of the database cannot be read", hint=hint) from None
    if not url.database:
        raise UsageError("The URL of the database names no database", hint=hint)
    return url

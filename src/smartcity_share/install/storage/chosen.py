"""Which engine an instance keeps its data on."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from smartcity_share.errors import InstanceConfigError
from smartcity_share.install.storage.database_url import EMBEDDED, IN_SECRET, SECRET_REF

if TYPE_CHECKING:
    from smartcity_share.install.layout import Layout
    from smartcity_share.install.storage.port import Storage


def storage_of(layout: Layout) -> Storage:
    """Return the storage of an instance; nothing is opened yet.

    Args:
        layout: The paths of the instance.

    Raises:
        InstanceConfigError: ``instance.toml`` names no database there is.
        SecretError: The URL of the database is missing or can be read by others.
    """
    url = named_url(layout)
    if url == EMBEDDED:
        from smartcity_share.install.storage.sqlite_storage import SqliteStorage

        return SqliteStorage(layout)
    from smartcity_share.install.secret_files import read_secret
    from smartcity_share.install.storage.database_url import parsed_url
    from smartcity_share.install.storage.postgres_storage import PostgresStorage

    return PostgresStorage(parsed_url(read_secret(layout, SECRET_REF) if url == IN_SECRET else url))


def named_url(layout: Layout) -> str:
    """Return what ``instance.toml`` says of the database, as it stands there; ``sqlite`` where it says nothing."""
    try:
        with layout.config.open("rb") as file:
            table = tomllib.load(file).get("database", {})
    except FileNotFoundError:
        return EMBEDDED
    except (OSError, ValueError) as error:
        raise InstanceConfigError(f"{layout.config.name} cannot be read: {error}", faults=(), hint="Mend it.") from None
    url = table.get("url", EMBEDDED) if isinstance(table, dict) else EMBEDDED
    return url if isinstance(url, str) else EMBEDDED

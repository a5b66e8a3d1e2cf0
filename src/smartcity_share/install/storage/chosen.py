"""Which engine an instance keeps its data on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_share.install.layout import Layout
    from smartcity_share.install.storage.port import Storage


def storage_of(layout: Layout) -> Storage:
    """Return the storage of an instance; nothing is opened yet.

    Args:
        layout: The paths of the instance.
    """
    from smartcity_share.install.storage.sqlite_storage import SqliteStorage

    return SqliteStorage(layout)

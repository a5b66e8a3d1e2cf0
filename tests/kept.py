"""Instances that are brought to a state once in a process, and copied to every test that begins there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from smartcity_share.install import Instance
from smartcity_share.install.storage.database_url import SECRET_REF
from tests.postgresql import Server


class Kept:
    """States of instances by name, one on each engine.

    Args:
        folder: Where they are kept.
        server: Returns the PostgreSQL server; asked only for an instance that is on it.
    """

    def __init__(self, folder: Path, server: Callable[[], Server]) -> None:
        self._folder = folder
        self._server = server
        self._databases: dict[Path, str | None] = {}

    def bring(self, folder: Path, database: str, name: str, make: Callable[[], object]) -> None:
        """Bring an instance to a state: by ``make`` the first time, by copying files and database ever after.

        Args:
            folder: The folder of the instance, which nobody has open; replaced.
            database: ``sqlite``, or the URL of its PostgreSQL database, to which nobody is connected; replaced.
            name: Of the state; the same name is the same state.
            make: Makes it in this folder and database, and leaves nothing open.
        """
        url = None if database == "sqlite" else database
        kept = self._folder / f"{name}-{'sqlite' if url is None else 'postgresql'}"
        if kept not in self._databases:
            make()
            shutil.copytree(folder, kept, symlinks=True)
            self._databases[kept] = None if url is None else self._server().fresh(like=url)
            return
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, folder, symlinks=True)
        like = self._databases[kept]
        if url is not None and like is not None:
            self._server().replace(url, like)
            (folder / SECRET_REF).write_text(url, encoding="utf-8")


Brought = Callable[[str, Callable[[Instance], object]], Instance]
"""Brings the instance of a test, which is empty, to the state of a name; a function makes it as a process of its own would."""

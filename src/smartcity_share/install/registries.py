"""Which code of an app a process runs, where the regions of an instance use more than one version of it.

One process imports one version of a package and keeps it until it ends. So a process has, for each app, one code it runs for
the installations that use it; an installation with other code is left to another process, and asking for it here raises.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.hooks.discover import AppIndex, discover
from smartcity_share.hooks.registry import AppRegistry

if TYPE_CHECKING:
    from smartcity_share.install.records import InstallationRecord

CodeChoice = Mapping[str, str | None]
"""App -> its code folder relative to the instance, None for the app of the environment."""


def choose(used: Iterable[tuple[str, str | None]], before: CodeChoice) -> dict[str, str | None]:
    """Return the code of each app that a process runs.

    Args:
        used: App and code of every installation, sorted.
        before: What it ran so far; kept as long as an installation uses it, since it may be imported.
    """
    chosen: dict[str, str | None] = {}
    for app, location in used:
        if app not in chosen or (app in before and location == before[app]):
            chosen[app] = location
    return chosen


class Registries:
    """The apps of one process, for all installations and for one.

    Args:
        folder: The folder of the instance.
        used: Returns app and code of every installation, sorted.
    """

    def __init__(self, folder: Path, used: Callable[[], tuple[tuple[str, str | None], ...]]) -> None:
        self._folder = folder
        self._used = used
        self._lock = threading.RLock()
        self._chosen: dict[str, str | None] = {}
        self._shared: tuple[CodeChoice, AppRegistry] | None = None
        self._own: dict[tuple[str, str | None], tuple[CodeChoice, AppRegistry]] = {}

    def prefer(self, choice: CodeChoice) -> None:
        """Run this code of these apps in this process, wherever an installation uses it; before anything is loaded."""
        with self._lock:
            self._chosen.update(choice)

    def chosen(self) -> CodeChoice:
        """Return the code of each app that this process runs."""
        with self._lock:
            found = choose(self._used(), self._chosen)
            self._chosen.update(found)
            return found

    def shared(self) -> AppRegistry:
        """Return the apps with the code this process runs; a new registry where that has changed."""
        with self._lock:
            chosen = self.chosen()
            if self._shared is None or self._shared[0] != chosen:
                self._shared = (chosen, AppRegistry(self._index(chosen)))
            return self._shared[1]

    def run_here(self, records: Iterable[InstallationRecord]) -> tuple[InstallationRecord, ...]:
        """Return those of some installations whose code is what this process runs of their app."""
        chosen = self.chosen()
        return tuple(one for one in records if one.app in chosen and chosen[one.app] == one.code_location)

    def of(self, app: str, location: str | None) -> AppRegistry:
        """Return the apps with this one in the given code.

        Args:
            app: Id of the app.
            location: Its code folder relative to the instance, None for the app of the environment.
        """
        with self._lock:
            chosen = self.chosen()
            if app in chosen and chosen[app] == location:
                return self.shared()
            known = self._own.get((app, location))
            if known is None or known[0] != chosen:
                known = self._own[app, location] = (chosen, AppRegistry(self._index({**chosen, app: location}, app)))
            return known[1]

    def staged(self, app: str, location: str | None) -> AppRegistry:
        """Return the apps with this one in code that no installation uses yet; always a new registry."""
        return AppRegistry(self._index({**self.chosen(), app: location}, app))

    def forget(self) -> None:
        """Look at the disk again with the next question."""
        with self._lock:
            self._shared = None
            self._own.clear()

    def _index(self, chosen: CodeChoice, first: str = "") -> AppIndex:
        """Return the apps with the code that is chosen; one whose code is gone is not there, whatever else has its id."""
        folders = {app: None if location is None else self._folder / location for app, location in chosen.items()}
        places = {folders.get(first): None} | dict.fromkeys(sorted(folder for folder in folders.values() if folder is not None))
        return discover([folder for folder in places if folder is not None]).restricted(folders)

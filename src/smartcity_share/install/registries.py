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
        packages: Returns the folder with what the app of a code folder needs beyond the host, None where it needs nothing.
    """

    def __init__(
        self,
        folder: Path,
        used: Callable[[], tuple[tuple[str, str | None], ...]],
        packages: Callable[[str], Path | None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._used = used
        self._packages = packages
        self._lock = threading.RLock()
        self._chosen: dict[str, str | None] = {}
        self._shared: tuple[object, AppRegistry] | None = None
        self._own: dict[tuple[str, str | None], tuple[object, AppRegistry]] = {}

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
            state = (chosen, self._beside(chosen))
            if self._shared is None or self._shared[0] != state:
                self._shared = (state, AppRegistry(self._index(*state)))
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
            known, mine = self._own.get((app, location)), {**chosen, app: location}
            state = (mine, self._beside(mine))
            if known is None or known[0] != state:
                known = self._own[app, location] = (state, AppRegistry(self._index(*state, first=app)))
            return known[1]

    def staged(self, app: str, location: str | None, packages: Path | None = None) -> AppRegistry:
        """Return the apps with this one in code that an installation may come to use; a new registry where none uses it yet.

        Args:
            app: Id of the app.
            location: Its code folder relative to the instance, None for the app of the environment.
            packages: The folder with what it needs beyond the host; that in use if None.
        """
        if packages is None and (app, location) in self._used():
            return self.of(app, location)
        chosen = {**self.chosen(), app: location}
        beside = self._beside(chosen)
        if packages is not None and location is not None:
            beside[location] = packages
        return AppRegistry(self._index(chosen, beside, first=app))

    def forget(self) -> None:
        """Look at the disk again with the next question."""
        with self._lock:
            self._shared = None
            self._own.clear()

    def _beside(self, chosen: CodeChoice) -> dict[str, Path]:
        """Return the environment of each code folder that has one."""
        found = {location: self._packages(location) for location in chosen.values() if location is not None}
        return {location: folder for location, folder in found.items() if folder is not None}

    def _index(self, chosen: CodeChoice, beside: Mapping[str, Path], *, first: str = "") -> AppIndex:
        """Return the apps with the code that is chosen; one whose code is gone is not there, whatever else has its id."""
        folders = {app: None if location is None else self._folder / location for app, location in chosen.items()}
        places = {folders.get(first): None} | dict.fromkeys(sorted(folder for folder in folders.values() if folder is not None))
        packages = {self._folder / location: folder for location, folder in beside.items()}
        return discover([folder for folder in places if folder is not None], packages=packages.get).restricted(folders)

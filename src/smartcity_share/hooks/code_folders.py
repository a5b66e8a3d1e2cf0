"""The code folders and environments of instances on the import path of this process.

A wheel that an instance received is unpacked into a folder of its own; what it needs beyond the host lies in an environment of
the instance. Such a folder goes to the *end* of ``sys.path``, where it hides nothing of the host; only the package of the app
itself is taken from its folder before any other place. Import paths belong to the process, and so does this record.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from smartcity_share.errors import AppConflictError

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_lock = threading.Lock()
_added: set[Path] = set()
_ever: set[Path] = set()  # also those taken off: what was imported from one is still there


class _Finder:
    """Finds the packages of apps in the folders their instance keeps them in."""

    def __init__(self) -> None:
        self.folders: dict[str, Path] = {}

    def find_spec(self, name: str, _path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        folder = self.folders.get(name)
        return None if folder is None else PathFinder.find_spec(name, [str(folder)], target)


_finder = _Finder()


def is_code_folder(folder: Path) -> bool:
    """Whether the folder was ever put on the import path by :func:`add`.

    One that was taken off is no part of the environment either, should somebody put back an import path that holds it.
    """
    return folder in _ever


def add(folder: Path, package: str, distribution: str) -> None:
    """Make the package of an app importable from its code folder.

    Args:
        folder: The code folder.
        package: The top-level import name of the app.
        distribution: The distribution the app belongs to.

    Raises:
        AppConflictError: The name belongs to the standard library or to another distribution of the environment.
    """
    with _lock:
        if _finder.folders.get(package) != folder:
            _refuse_hiding(package, distribution)
            _finder.folders[package] = folder
        if folder not in _added:
            _added.add(folder)
            _ever.add(folder)
            sys.path.append(str(folder))
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)


def add_packages(folder: Path) -> None:
    """Make the packages of an environment importable, after everything else, in the place of another one of its code set.

    What was imported from the other one stays imported until the process ends.

    Args:
        folder: The folder with the packages: ``environments/<code set>/<name>/packages``.
    """
    with _lock:
        if folder in _added:
            return
        siblings = [other for other in _added if other.name == folder.name and other.parent.parent == folder.parent.parent]
        _added.difference_update(siblings)
        gone = {str(other) for other in siblings}
        sys.path[:] = [entry for entry in sys.path if entry not in gone]
        _added.add(folder)
        _ever.add(folder)
        sys.path.append(str(folder))
        invalidate_caches()  # a folder of this name may have been there before


def environment_paths() -> list[str]:
    """Return the import path without what instances put on it: where the packages of the host itself lie."""
    return [entry for entry in sys.path if not is_code_folder(Path(entry))]


def added() -> frozenset[Path]:
    """Return the code folders on the import path."""
    return frozenset(_added)


def remove(folder: Path) -> None:
    """Take a code folder off the import path. What was imported from it stays imported until the process ends."""
    with _lock:
        _added.discard(folder)
        _finder.folders = {package: home for package, home in _finder.folders.items() if home != folder}
        sys.path[:] = [entry for entry in sys.path if entry != str(folder)]


def home_of(module: ModuleType) -> Path | None:
    """Return the code folder a loaded module came from, None where it came from the environment."""
    places = [module.__file__] if getattr(module, "__file__", None) else list(getattr(module, "__path__", ()))
    return next((parent for place in places if place for parent in Path(place).parents if parent in _ever), None)


def environment_version(distribution: str) -> str | None:
    """Return the version of a distribution in the environment, code folders aside; None where it has none."""
    return next((found.version for found in _installed(distribution)), None)


def _refuse_hiding(package: str, distribution: str) -> None:
    if package in sys.stdlib_module_names:
        raise AppConflictError(
            f"`{distribution}` brings a package `{package}`, the name of a module of Python itself.",
            hint="Its maker renames the package.",
        )
    if PathFinder.find_spec(package, environment_paths()) is not None and not any(
        entry_point.value.partition(".")[0] == package
        for found in _installed(distribution)
        for entry_point in found.entry_points
    ):
        raise AppConflictError(
            f"`{distribution}` brings a package `{package}`, which would hide another package of that name in the environment.",
            hint="Its maker renames the package, or you uninstall the other one.",
        )


def _installed(distribution: str) -> Iterator[Distribution]:
    """Yield the installations of a distribution in the environment, the one that is imported first."""
    from importlib.metadata import distributions

    return iter(distributions(name=distribution, path=environment_paths()))

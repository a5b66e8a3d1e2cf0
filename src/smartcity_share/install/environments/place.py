"""Where environments lie, and which of them is in use: one small file per code set, replaced as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

from smartcity_share.durable import sync_folder, write_whole
from smartcity_share.errors import OperationError
from smartcity_share.install.environments.locked import LockedPackage, read_lock
from smartcity_share.install.layout import Layout

MAIN: Final = "main"
"""The code set of apps that run in the process of the host."""
KEEP: Final = 3
"""How many environments of a code set are kept: the one in use and those before it."""

_POINTER: Final = "current.json"
_LOCK: Final = "requirements.txt"
_PACKAGES: Final = "packages"


@attrs.frozen
class Pointer:
    """Which environment a code set uses.

    Attributes:
        current: Its name; None where the apps need nothing beyond the host's own packages.
        earlier: Those used before, the last one first.
    """

    current: str | None = None
    earlier: tuple[str, ...] = ()

    def turned_to(self, name: str | None) -> Pointer:
        """Return the pointer after a switch."""
        if name == self.current:
            return self
        before = [] if self.current is None else [self.current]
        return Pointer(name, tuple(one for one in (*before, *self.earlier) if one != name))

    @property
    def kept(self) -> tuple[str, ...]:
        """The environments that are kept: the one in use and the last ones before it, :data:`KEEP` together."""
        names = self.earlier if self.current is None else (self.current, *self.earlier)
        return names[:KEEP]


@attrs.frozen
class EnvironmentSet:
    """The environments of one code set.

    Attributes:
        folder: ``environments/<code set>`` of the instance.
    """

    folder: Path

    def pointer(self) -> Pointer:
        """Read which environment is in use.

        Raises:
            OperationError: The file was changed into something else.
        """
        path = self.folder / _POINTER
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return Pointer(data["current"], tuple(data["earlier"]))
        except FileNotFoundError:
            return Pointer()
        except (ValueError, KeyError, TypeError):
            raise OperationError(
                f"environments/{self.folder.name}/{_POINTER} cannot be read: it was changed or damaged",
                hint="Delete the file and make the environment again: `smartcity doctor --rebuild`.",
            ) from None

    def point_to(self, pointer: Pointer) -> None:
        """Let another environment be used, in one step that is on the disk when this returns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"current": pointer.current, "earlier": list(pointer.earlier)}, indent=1)
        write_whole(self.folder / _POINTER, f"{text}\n".encode())

    def point_back(self, before: str | None, earlier: tuple[str, ...]) -> None:
        """Undo :meth:`point_to`: the pointer is as it was, and there is none where there was none."""
        if before is None and not earlier:
            (self.folder / _POINTER).unlink(missing_ok=True)
            sync_folder(self.folder)
        else:
            self.point_to(Pointer(before, earlier))

    def home(self, name: str) -> Path:
        """Return the folder of an environment."""
        return self.folder / name

    def packages(self, name: str) -> Path:
        """Return the folder of an environment that goes on the import path."""
        return self.folder / name / _PACKAGES

    def lock_file(self, name: str) -> Path:
        """Return the file with the hashed requirements of an environment."""
        return self.folder / name / _LOCK

    def lock(self, name: str) -> tuple[LockedPackage, ...]:
        """Return what an environment consists of; nothing where it is gone.

        Raises:
            OperationError: The list was changed.
        """
        try:
            text = self.lock_file(name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ()
        return read_lock(text, f"environments/{self.folder.name}/{name}/{_LOCK}")

    def names(self) -> tuple[str, ...]:
        """Return the environments that are there, in use or not."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(entry.name for entry in self.folder.iterdir() if entry.is_dir() and entry.name[0] != "."))


class UsedEnvironment:
    """The environment a code set uses, asked for with every request: one look at one file as long as nothing was switched.

    Args:
        environments: The environments of the code set.
    """

    def __init__(self, environments: EnvironmentSet) -> None:
        self._environments = environments
        self._pointer = str(environments.folder / _POINTER)
        self._known: tuple[tuple[int, int], Path | None] | None = None

    def packages(self) -> Path | None:
        """Return the folder that goes on the import path; None where nothing beyond the host is needed.

        Raises:
            OperationError: What says which environment is in use was damaged.
        """
        try:
            found = os.stat(self._pointer)  # noqa: PTH116 - a path object would cost more than the look
        except FileNotFoundError:
            return None
        stamp = (found.st_mtime_ns, found.st_ino)
        if self._known is None or self._known[0] != stamp:
            current = self._environments.pointer().current
            self._known = (stamp, None if current is None else self._environments.packages(current))
        return self._known[1]


class UsedEnvironments:
    """The environment of each code set, as it is in use.

    Args:
        layout: Where things lie in the instance.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._known: dict[str, UsedEnvironment] = {}

    def packages(self, location: str) -> Path | None:
        """Return the environment of an app: the folder with what it imports beyond the host.

        Args:
            location: The code folder of the app, relative to the instance.

        Returns:
            The folder; None where no app of its code set needs anything beyond the host.

        Raises:
            OperationError: What says which environment is in use was damaged.
        """
        code_set = code_set_of(location)
        if code_set not in self._known:
            self._known[code_set] = UsedEnvironment(environment_set(self._layout, code_set))
        return self._known[code_set].packages()


def environment_set(layout: Layout, code_set: str = MAIN) -> EnvironmentSet:
    """Return the environments of a code set.

    Args:
        layout: Where things lie in the instance.
        code_set: Its name.
    """
    return EnvironmentSet(layout.environments / code_set)


def environment_sets(layout: Layout) -> Sequence[EnvironmentSet]:
    """Return the code sets that have environments.

    Args:
        layout: Where things lie in the instance.
    """
    if not layout.environments.is_dir():
        return ()
    return [EnvironmentSet(entry) for entry in sorted(layout.environments.iterdir()) if entry.is_dir() and entry.name[0] != "."]


def code_set_of(location: str) -> str:  # noqa: ARG001 - one process runs every code folder today
    """Return the code set that a code folder belongs to: its environment is the one on the import path of the app.

    Args:
        location: The code folder, relative to the instance, as the record of an installation says it.
    """
    return MAIN

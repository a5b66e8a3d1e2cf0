"""The wheels that a role file handed in newly lists: found beside it, compared, and those of apps looked into."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import Metadata, TargetFile

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.entries import ReleaseEntry, readable_entry
from smartcity_share.catalogue.listing import same_version
from smartcity_share.catalogue.offering import offer
from smartcity_share.catalogue.repository import Repository
from smartcity_share.catalogue.tree import Tree
from smartcity_share.errors import Fault, Location, SmartCityError


class HandedWheels:
    """The wheels that are newly listed: found, and those of apps looked into."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.repository = repository
        self.folder = folder
        self._found: list[tuple[str, str, Path]] = []

    def look(self, tree: Tree, role: str, metadata: Metadata[Any]) -> Iterator[Fault]:
        """Look for the wheels that a role newly lists."""
        if role == roles.ROOT:
            return
        current = tree.current(role)
        known = {} if current is None else current.signed.targets
        for path, target in sorted(metadata.signed.targets.items()):
            release, digest = roles.ReleasePath.read(path), target.hashes.get("sha256", "")
            there = self.repository.place(path, digest)
            if release is None or not roles.speaks_for(role, path) or (path in known and there.is_file()):
                continue
            source = there if there.is_file() else self.folder / release.file
            where = Location(role, key=path)
            if _is(source, target):
                yield from _of_wheel(release, target, source, where)
                self._found.append((path, digest, source))
            else:
                mend = "Hand the role in with its wheels: `--wheels FOLDER`."
                yield Fault("wheel-missing", "The file it lists is neither in the catalogue nor among the wheels", where, mend)

    def put(self) -> None:
        """Lay what was found into the catalogue."""
        for path, digest, source in self._found:
            self.repository.put_file(path, digest, source)


def _is(path: Path, target: TargetFile) -> bool:
    try:
        with path.open("rb") as file:
            target.verify_length_and_hashes(file)
    except (OSError, LengthOrHashMismatchError):
        return False
    return True


def _of_wheel(release: roles.ReleasePath, target: TargetFile, source: Path, where: Location) -> Iterator[Fault]:
    entry = readable_entry(target.custom)  # one that cannot be read is told with the shape of the file
    if not isinstance(entry, ReleaseEntry):
        return
    with tempfile.TemporaryDirectory(prefix="smartcity-catalogue-") as folder:
        copy = Path(folder) / release.file
        shutil.copyfile(source, copy)
        try:
            found = offer(copy, sharer=release.origin)
        except SmartCityError as error:
            yield Fault("wheel-foreign", f"The wheel cannot be taken: {error.message}", where, error.hint or "Build it again.")
            return
    said, true = (release.origin, entry.app, entry.version), (found.origin, found.entry.app, found.entry.version)
    if said[:2] != true[:2] or not same_version(said[2], true[2]):
        message = f"It is listed as {said[1]}=={said[2]} of {said[0]}; the wheel is {true[1]}=={true[2]} of {true[0]}"
        yield Fault("wheel-foreign", message, where, "List the wheel with `smartcity catalogue add`, which reads it.")

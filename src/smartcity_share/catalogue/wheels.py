"""Fetching wheels on lines that break: what came is kept, and the next attempt goes on from there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import Final

from smartcity_share.catalogue.reaching import Reach
from smartcity_share.catalogue.release import ListedWheel, Release
from smartcity_share.errors import CatalogueAlteredError, CatalogueInvalidError, CatalogueUnreachableError, Location

_ATTEMPTS: Final = 5
"""How often a connection that breaks is made anew for one wheel; only as long as more came each time."""
_KEPT_SECONDS: Final = 30 * 86_400
_DIGITS: Final = 16

Progress = Callable[[str, int, int], None]
"""Told the name of a wheel, the bytes that are there, and all it has."""


def silent(_name: str, _there: int, _all: int) -> None:
    """Nobody watches."""


class FetchedWheels:
    """The wheels of releases, as far as they came.

    Args:
        folder: Where they are kept, one folder per release; ``.part`` stands after the name until a wheel is whole.
        reach: Reads the catalogue.
        place: Where the catalogue lies, for messages.
    """

    def __init__(self, folder: Path, reach: Reach, place: str) -> None:
        self._folder, self._reach, self._place = folder, reach, place

    def fetch(self, release: Release, watch: Progress = silent) -> Path:
        """Fetch the wheel of a release and those it needs, and verify them.

        What a release that nobody installed left here goes after 30 days.

        Args:
            release: The release.
            watch: Told how far each wheel came.

        Returns:
            The wheel of the app; those it needs lie beside it.

        Raises:
            CatalogueAlteredError: A wheel is not the one that was signed for.
            CatalogueInvalidError: The catalogue lists it and does not have it.
            CatalogueUnreachableError: The connection broke; what came is kept.
        """
        self._drop_old()
        into = self._folder / release.wheel.sha256[:_DIGITS]
        into.mkdir(parents=True, exist_ok=True)
        wanted = (*release.needs, release.wheel)
        names = {one.path.file for one in wanted} | {f"{one.path.file}.part" for one in wanted}
        for path in list(into.iterdir()):
            if path.name not in names:
                path.unlink()  # it is taken for a wheel that was signed for
        for one in wanted:
            self._fetch(one, into / one.path.file, watch)
        return into / release.wheel.path.file

    def drop(self, release: Release) -> None:
        """Throw away the wheels of a release: they are installed."""
        shutil.rmtree(self._folder / release.wheel.sha256[:_DIGITS], ignore_errors=True)

    def _drop_old(self) -> None:
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                    shutil.rmtree(path)

    def _fetch(self, wheel: ListedWheel, whole: Path, watch: Progress) -> None:
        if whole.is_file() and _digest(whole) == wheel.sha256:
            return
        part = whole.with_name(f"{whole.name}.part")
        resumed = part.is_file()
        self._complete(wheel, part, watch)
        if resumed and _digest(part) != wheel.sha256:
            part.unlink()  # what was left of another day may be damaged: begin anew before anybody is suspected
            self._complete(wheel, part, watch)
        found = _digest(part)
        if found != wheel.sha256:
            part.unlink()
            raise self._altered(wheel, f"its SHA-256 is {found[:16]}…, and {wheel.sha256[:16]}… was signed for")
        part.replace(whole)

    def _complete(self, wheel: ListedWheel, part: Path, watch: Progress) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            before = _size(part)
            try:
                self._go_on(wheel, part, watch)
            except CatalogueUnreachableError as error:
                there = _size(part)
                if attempt < _ATTEMPTS and there > before:
                    continue
                kept = f"{there:,} of {wheel.length:,} bytes are kept: the same command goes on from there. " if there else ""
                raise CatalogueUnreachableError(
                    f"{error.message} (while fetching {wheel.path.file})", where=error.where, hint=f"{kept}{error.hint}"
                ) from None
            else:
                return

    def _go_on(self, wheel: ListedWheel, part: Path, watch: Progress) -> None:
        start = _size(part)
        if start > wheel.length:
            part.unlink()
            start = 0
        if start == wheel.length and start:
            return
        with self._reach.opened(wheel.place, start) as stream:
            if stream is None:
                raise CatalogueInvalidError(
                    f"The catalogue lists {wheel.path.file} and does not have it",
                    where=Location(f"{self._place}/{wheel.place}"),
                    hint="Copy the whole folder `targets`. If its server lacks the file, tell whoever runs it: "
                    "`smartcity catalogue verify` names it too.",
                )
            there = stream.start
            with part.open("ab" if there else "wb") as file:
                for chunk in stream.chunks:
                    there += len(chunk)
                    if there > wheel.length:
                        break
                    file.write(chunk)
                    watch(wheel.path.file, there, wheel.length)
        if there != wheel.length:
            part.unlink()
            length = f"more than {wheel.length:,}" if there > wheel.length else f"{there:,}"
            raise self._altered(wheel, f"it has {length} bytes, and {wheel.length:,} were signed for")

    def _altered(self, wheel: ListedWheel, how: str) -> CatalogueAlteredError:
        return CatalogueAlteredError(
            f"{wheel.path.file} is not the wheel that {wheel.path.origin} signed: {how}",
            where=Location(f"{self._place}/{wheel.place}"),
            hint="Nothing was changed. Fetch it again; if it stays so, tell whoever runs the catalogue or gave you the stick.",
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()

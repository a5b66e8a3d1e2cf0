"""Folders of wheels that somebody put there: which of the files can be used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import attrs
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from smartcity_share.errors import PackageError
from smartcity_share.install.environments.stubs import write_wheel_stub
from smartcity_share.manifest.archive import Archive


@attrs.frozen
class DamagedWheel:
    """A file that is named like a wheel and is none.

    Attributes:
        path: The file.
        name: Normalised name of the package its file name states.
        trouble: What is wrong with it.
    """

    path: Path
    name: str
    trouble: str


@attrs.frozen
class WheelFolders:
    """What some folders hold.

    Attributes:
        sound: The files that open as wheels, the first of each name.
        damaged: The others.
    """

    sound: tuple[Path, ...]
    damaged: tuple[DamagedWheel, ...]

    def gather(self, folder: Path, without: Collection[str]) -> None:
        """Write what a resolver needs to know of the sound ones into one folder, as wheels of the same names.

        Args:
            folder: An existing one that nothing else uses.
            without: Normalised names of packages of which none can be taken.
        """
        for path in self.sound:
            if parse_wheel_filename(path.name)[0] not in without:
                write_wheel_stub(path, folder / path.name)


def look_into(folders: Sequence[Path]) -> WheelFolders:
    """Look at every wheel of some folders, not below them.

    Args:
        folders: The folders; one that is not there holds nothing.
    """
    sound: dict[str, Path] = {}
    damaged: list[DamagedWheel] = []
    for folder in folders:
        for path in sorted(folder.glob("*.whl")) if folder.is_dir() else ():
            if path.name in sound:
                continue
            try:
                name = str(parse_wheel_filename(path.name)[0])
            except InvalidWheelFilename:
                continue
            trouble = _trouble(path)
            if trouble is None:
                sound[path.name] = path.absolute()
            else:
                damaged.append(DamagedWheel(path, name, trouble))
    return WheelFolders(tuple(sound.values()), tuple(one for one in damaged if one.path.name not in sound))


def _trouble(path: Path) -> str | None:
    try:
        with Archive(path) as archive:
            archive.read(f"{archive.dist_info()}/METADATA")
    except PackageError as error:
        return str(error)
    return None

"""What a wheel puts into an environment: its files, where they lie there, and nothing that whoever unpacks it adds."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import attrs
from packaging.utils import canonicalize_name

from smartcity_share.errors import PackageError
from smartcity_share.install.recorded import recorded_digest
from smartcity_share.manifest.archive import Archive
from smartcity_share.package import record

_INSTALLER: Final = "smartcity-share\n"
_MEND: Final = "Build or fetch the wheel again."
_LINK_MEND: Final = "Take uv off the PATH, so that it is unpacked without it, and report which version of uv this was."


@attrs.frozen
class WheelContents:
    """The files of one wheel.

    Attributes:
        wheel: Name of the wheel file.
        info: Name of its dist-info folder.
        digests: What RECORD states of each file (``sha256=…``), by where the file lies once it is unpacked.
        scripts: Those of them whose first line names a Python, and is written anew.
    """

    wheel: str
    info: str
    digests: dict[str, str]
    scripts: frozenset[str]

    @property
    def added(self) -> tuple[str, str]:
        """The files that are written here: who unpacked it, and the RECORD of what lies there."""
        return f"{self.info}/INSTALLER", f"{self.info}/RECORD"

    @property
    def names(self) -> Iterable[str]:
        """Every file that lies there in the end."""
        return (*self.digests, *self.added)


def contents_of(wheel: Path) -> WheelContents:
    """Return what a wheel puts into an environment; of its content only RECORD is read.

    Args:
        wheel: The wheel file; its structure was checked when it was kept.

    Raises:
        PackageError: RECORD does not state a digest of every file, or states files that are not there.
    """
    with Archive(wheel) as archive:
        info = archive.dist_info()
        stated = record.listed(archive, info)
    base = info.removesuffix(".dist-info")
    digests, scripts = {}, set()
    for name, (algorithm, digest) in stated.items():
        if "__pycache__" in name.split("/"):
            continue  # byte code could be that of another source
        place = _place(name, f"{base}.data/", canonicalize_name(base.rpartition("-")[0]))
        digests[place] = f"{algorithm}={digest}"
        if place != name and place.startswith("bin/"):
            scripts.add(place)
    own = (f"{info}/INSTALLER", f"{info}/REQUESTED", f"{info}/direct_url.json")
    return WheelContents(
        wheel.name, info, {name: digest for name, digest in digests.items() if name not in own}, frozenset(scripts)
    )


def refuse_shared(contents: Sequence[WheelContents]) -> None:
    """See that no two wheels bring the same file.

    Args:
        contents: The wheels.

    Raises:
        PackageError: Two do.
    """
    seen: set[str] = set()
    for one in contents:
        both = next((name for name in one.names if name in seen), None)
        if both is not None:
            raise PackageError(
                f"{one.wheel} brings a file of another package: {both} is there already",
                hint="Ask the makers of the two packages which of them has to go.",
            )
        seen.update(one.names)


def settle(contents: Sequence[WheelContents], folder: Path) -> None:
    """Leave in a folder the files of the wheels, each compared with what its wheel states of it, and write that down.

    Args:
        contents: The wheels that were unpacked into it.
        folder: The folder.

    Raises:
        PackageError: A file is missing, is not the one that was recorded, or is a link.
    """
    _drop_others({name for one in contents for name in one.digests}, str(folder))
    for one in contents:
        rows: list[tuple[str, str, int | str]] = [(name, *_checked(one, name, folder)) for name in sorted(one.digests)]
        installer, recorded = one.added
        (folder / installer).write_text(_INSTALLER, encoding="utf-8")
        rows += [(installer, *recorded_digest(folder / installer)), (recorded, "", "")]
        with (folder / recorded).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def _checked(one: WheelContents, name: str, folder: Path) -> tuple[str, int]:
    """Return digest and size of a file once it is the stated one, and is linked to no other."""
    stated, path = one.digests[name], f"{folder}/{name}"
    try:
        status = os.lstat(path)
        if status.st_nlink != 1 or not stat.S_ISREG(status.st_mode):
            raise PackageError(f"{one.wheel}: {name} is a link to a file of another place", hint=_LINK_MEND)
        found, size = recorded_digest(path, stated.partition("=")[0], status.st_size)
    except FileNotFoundError:
        raise PackageError(f"{one.wheel}: {name} was not unpacked", hint=_MEND) from None
    if found != stated and not (name in one.scripts and Path(path).read_bytes()[:2] == b"#!"):
        raise PackageError(f"{one.wheel}: {name} is not the file that was recorded", hint=_MEND)
    if name in one.scripts:
        Path(path).chmod(status.st_mode | 0o111)  # uv lets every script run, `installer` those that are marked
    return found, size


def _drop_others(names: set[str], folder: str, base: str = "") -> bool:
    """Remove what none of the wheels brought: marks of whoever unpacked them, and the commands made for entry points.

    Args:
        names: What they brought.
        folder: A folder.
        base: How names of files in it begin.

    Returns:
        Whether the folder is empty then.
    """
    empty = True
    for entry in list(os.scandir(folder)):  # text and not path objects: there are thousands
        if entry.is_dir(follow_symlinks=False):
            if _drop_others(names, entry.path, f"{base}{entry.name}/"):
                os.rmdir(entry.path)  # noqa: PTH106
                continue
        elif f"{base}{entry.name}" not in names:
            os.unlink(entry.path)  # noqa: PTH108
            continue
        empty = False
    return empty


def _place(name: str, data: str, project: str) -> str:
    """Return where a file of a wheel lies in a folder that pip or uv unpacked it into."""
    if not name.startswith(data):
        return name
    scheme, _, rest = name.removeprefix(data).partition("/")
    return {"scripts": f"bin/{rest}", "headers": f"include/{project}/{rest}"}.get(scheme, rest)

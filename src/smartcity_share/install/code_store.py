"""The code of apps in an instance: wheels unpacked into folders named after their content."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import sys
import warnings
from pathlib import Path
from typing import Final

from smartcity_share.durable import move, sync_folder, sync_tree
from smartcity_share.errors import PackageError
from smartcity_share.install.recorded import read_record, record_trouble

_SHORT: Final = 8
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.+_-]")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def code_location(app: str, version: str, digest: str) -> str:
    """Return where the code of a wheel lies, relative to the instance.

    Args:
        app: Id of the app.
        version: Version of the wheel.
        digest: SHA-256 of the wheel in hexadecimal.
    """
    return f"code/{app}/{_UNSAFE.sub('_', version)}-{digest[:_SHORT]}"


def unpack_wheel(wheel: Path, folder: Path) -> None:
    """Install a wheel into a folder of its own, whole or not at all.

    Args:
        wheel: The wheel file; it was verified before.
        folder: Must not exist.

    Raises:
        PackageError: The wheel cannot be unpacked.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        beside.mkdir()
        install_wheel(wheel, beside)
        sync_tree(beside)
        beside.rename(folder)
    except (OSError, PackageError):
        _drop(beside)
        if folder.is_dir() and record_trouble(folder) is None:
            return  # another operation unpacked the same wheel meanwhile
        raise
    sync_folder(folder.parent)


def install_wheel(wheel: Path, folder: Path) -> None:
    """Unpack a wheel into a folder that may hold others. Every file is a copy; its RECORD is written as it was unpacked.

    Args:
        wheel: The wheel file.
        folder: An existing folder.

    Raises:
        PackageError: The wheel is not sound, or a file is not the one its RECORD states.
        OSError: The disk is full.
    """
    from installer import install
    from installer.destinations import SchemeDictionaryDestination
    from installer.sources import WheelFile
    from packaging.utils import canonicalize_name

    schemes = {name: str(folder) for name in ("purelib", "platlib", "data")}  # as uv lays out what it puts into a folder
    schemes |= {
        "scripts": str(folder / "bin"),
        "headers": str(folder / "include" / canonicalize_name(wheel.name.split("-")[0])),
    }
    destination = SchemeDictionaryDestination(schemes, interpreter=sys.executable, script_kind="posix")
    try:
        with warnings.catch_warnings(), WheelFile.open(wheel) as source:
            warnings.simplefilter("ignore", RuntimeWarning)  # byte code in a wheel is left out, and that is all there is to it
            install(source, destination, additional_metadata={"INSTALLER": b"smartcity-share\n"})
            stated = read_record(source.read_dist_info("RECORD"))
            info = source.dist_info_dir
        written = read_record((folder / info / "RECORD").read_text(encoding="utf-8"))
    except FileExistsError as cause:
        raise PackageError(
            f"{wheel.name} brings a file of another package: {_named(cause, folder)} is there already",
            hint="Ask the makers of the two packages which of them has to go.",
        ) from None
    except OSError:
        raise
    except Exception as cause:  # whatever `installer` makes of a wheel that is not sound
        raise PackageError(f"{wheel.name} cannot be unpacked: {cause}", hint="Build or fetch the wheel again.") from cause
    for name, digest in stated.items():
        if digest and name in written and written[name] != digest:
            raise PackageError(
                f"{wheel.name}: {name} is not the file that was recorded", hint="Build or fetch the wheel again."
            )


def _named(cause: FileExistsError, folder: Path) -> str:
    return str(cause).rpartition(f"{folder}/")[2]


def _drop(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    drop_if_empty(folder.parent)


def drop_if_empty(folder: Path) -> None:
    """Remove the folder that held the versions of an app, if none is left."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def drop_folder(folder: Path, gone: Path) -> None:
    """Remove a code folder: by one rename out of the way first, so that it is never half there.

    Args:
        folder: The folder; one that is not there is no error.
        gone: Where it goes first.
    """
    if gone.exists():
        shutil.rmtree(gone)
    if folder.is_dir():
        move(folder, gone)
        shutil.rmtree(gone)
        drop_if_empty(folder.parent)

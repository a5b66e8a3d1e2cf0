"""The code of apps in an instance: wheels unpacked into folders named after their content."""

from __future__ import annotations

import base64
import csv
import hashlib
import re
import secrets
import shutil
import sys
from pathlib import Path
from typing import Final

from smartcity_share.errors import PackageError
from smartcity_share.install.durable import sync_folder, sync_tree

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
    from installer import install
    from installer.destinations import SchemeDictionaryDestination
    from installer.sources import WheelFile

    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    schemes = {name: str(beside) for name in ("purelib", "platlib")}
    schemes |= {name: str(beside / f"_{name}") for name in ("headers", "scripts", "data")}
    destination = SchemeDictionaryDestination(schemes, interpreter=sys.executable, script_kind="posix")
    try:
        beside.mkdir()
        with WheelFile.open(wheel) as source:
            install(source, destination, additional_metadata={"INSTALLER": b"smartcity-share\n"})
        sync_tree(beside)
        beside.rename(folder)
    except OSError:
        _drop(beside)
        raise
    except Exception as cause:  # whatever `installer` makes of a wheel that is not sound
        _drop(beside)
        raise PackageError(f"{wheel.name} cannot be unpacked: {cause}", hint="Build the wheel again.") from cause
    sync_folder(folder.parent)


def _drop(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    drop_if_empty(folder.parent)


def drop_if_empty(folder: Path) -> None:
    """Remove the folder that held the versions of an app, if none is left."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def record_trouble(folder: Path) -> str | None:
    """Return how a code folder differs from what its wheel recorded, None where it does not.

    Args:
        folder: A folder made by :func:`unpack_wheel`.
    """
    records = sorted(folder.glob("*.dist-info/RECORD"))
    if len(records) != 1:
        return "there is no RECORD"
    with records[0].open(encoding="utf-8", newline="") as file:
        listed = [(row[0], row[1]) for row in csv.reader(file) if len(row) >= 2]  # noqa: PLR2004 - name and hash
    for name, recorded in listed:
        path = folder / name
        algorithm, _, wanted = recorded.partition("=")
        if not wanted or name.endswith(".pyc"):
            continue
        if not path.is_file():
            return f"{name} is missing"
        found = base64.urlsafe_b64encode(hashlib.new(algorithm, path.read_bytes()).digest()).rstrip(b"=").decode()
        if found != wanted:
            return f"{name} was changed"
    known = {name for name, _ in listed}
    for path in sorted(folder.rglob("*.py")):
        if path.relative_to(folder).as_posix() not in known:
            return f"{path.relative_to(folder).as_posix()} does not belong to it"
    return None

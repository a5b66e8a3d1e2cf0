"""One form for a wheel, whatever back end, machine, date or umask made it: the same files, the same bytes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from smartcity_share.errors import Location, PackageError
from smartcity_share.manifest.archive import Archive
from smartcity_share.package import members

MOST_BYTES: Final = 200 << 20
"""Most bytes a wheel may unpack to where all of it is held at once."""
_EARLIEST: Final = 315532800
"""1980-01-01: a zip file knows no earlier time."""


def contents(path: Path) -> dict[str, bytes]:
    """Return the files of a wheel, once its directory is known to be safe.

    Raises:
        PackageError: It is no wheel, unsafe, or larger than a wheel that is built here may be.
    """
    with Archive(path) as archive:
        members.refuse_unsafe(archive)
        unpacked = sum(member.file_size for member in archive.members)
        if unpacked > MOST_BYTES:
            raise PackageError(
                f"The wheel unpacks to {unpacked >> 20} MB; at most {MOST_BYTES >> 20}",
                where=Location(str(path)),
                hint="Leave out what the app does not need to run.",
            )
        return {name: archive.read(name, MOST_BYTES) for name in archive.names}


def content_digest(files: Mapping[str, bytes]) -> str:
    """Return one SHA-256 over the names and contents of files, in hexadecimal; RECORD, which follows from them, left out."""
    whole = hashlib.sha256()
    for name in sorted(files):
        if not name.endswith(".dist-info/RECORD"):
            whole.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return whole.hexdigest()


def write(path: Path, files: Mapping[str, bytes], dist_info: str, epoch: int) -> None:
    """Write a wheel in its normal form: sorted with the dist-info folder last, one time, plain modes, a fresh RECORD.

    Args:
        path: The new file.
        files: Name -> content; a RECORD among them is replaced.
        dist_info: Name of the dist-info folder.
        epoch: The time of every file, in seconds since 1970.
    """
    record = f"{dist_info}/RECORD"
    order = sorted((name for name in files if name != record), key=lambda name: (name.startswith(f"{dist_info}/"), name))
    whole = {name: files[name] for name in order}
    whole[record] = _record(whole, record)
    moment = time.gmtime(max(epoch, _EARLIEST))[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in whole.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system = 3  # Unix, also where the build runs on Windows
            entry.external_attr = (0o100755 if ".data/scripts/" in name else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def _record(files: Mapping[str, bytes], record: str) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.writerow((name, f"sha256={digest}", len(content)))
    rows.writerow((record, "", ""))
    return text.getvalue().encode()

"""Comparing what was unpacked from wheels with what their RECORD says."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 20


def record_trouble(folder: Path, distributions: int = 1) -> str | None:
    """Return how a folder differs from what the wheels unpacked into it recorded, None where it does not.

    Args:
        folder: A code folder, or the packages of an environment.
        distributions: How many wheels were unpacked into it.
    """
    records = sorted(folder.glob("*.dist-info/RECORD"))
    if len(records) != distributions:
        return "there is no RECORD" if distributions == 1 else f"there are {len(records)} RECORDs for {distributions} packages"
    known: set[str] = set()
    for record in records:
        listed = read_record(record.read_text(encoding="utf-8"))
        for name, recorded in listed.items():
            trouble = _file_trouble(folder / name, name, recorded)
            if trouble is not None:
                return trouble
        known.update(listed)
    for path in sorted(folder.rglob("*.py")):
        if path.relative_to(folder).as_posix() not in known:
            return f"{path.relative_to(folder).as_posix()} does not belong to it"
    return None


def read_record(text: str) -> dict[str, str]:
    """Return the digest of every file by its name, as RECORD writes it (``sha256=…``); empty where it states none.

    Args:
        text: The content of a RECORD.
    """
    rows = csv.reader(io.StringIO(text, newline=""))
    return {row[0]: row[1] for row in rows if len(row) >= 2}  # noqa: PLR2004 - name and digest


def recorded_digest(path: str | Path, algorithm: str = "sha256") -> tuple[str, int]:
    """Return the digest of a file as RECORD writes it (``sha256=…``), and its size in bytes.

    Args:
        path: The file.
        algorithm: The digest.
    """
    digest, size = hashlib.new(algorithm), 0
    # Unbuffered and by size: most files are small, and `hashlib.file_digest` clears a quarter of a megabyte for each.
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - thousands of them, mostly given as text
        left = os.fstat(file.fileno()).st_size
        while chunk := file.read(min(max(left - size, 1), _CHUNK)):
            digest.update(chunk)
            size += len(chunk)
    return f"{algorithm}={base64.urlsafe_b64encode(digest.digest()).rstrip(b'=').decode()}", size


def _file_trouble(path: Path, name: str, recorded: str) -> str | None:
    algorithm, _, wanted = recorded.partition("=")
    if not wanted or name.endswith(".pyc"):
        return None
    if not path.is_file():
        return f"{name} is missing"
    return None if recorded_digest(path, algorithm)[0] == recorded else f"{name} was changed"

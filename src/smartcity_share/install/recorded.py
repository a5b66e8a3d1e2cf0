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
_READ: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


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


def recorded_digest(path: str | Path, algorithm: str = "sha256", size: int | None = None) -> tuple[str, int]:
    """Return the digest of a file as RECORD writes it (``sha256=…``), and its size in bytes.

    Args:
        path: The file.
        algorithm: The digest.
        size: How large the file is, where that was asked already.
    """
    digest, seen = hashlib.sha256() if algorithm == "sha256" else hashlib.new(algorithm), 0
    # There are thousands, most of them small, so each call of the system counts: one read has a small file, and its end.
    descriptor = os.open(path, _READ)
    try:
        known = os.fstat(descriptor).st_size if size is None else size
        whole = False
        while not whole:
            wanted = min(max(known - seen, 0), _CHUNK) + 1
            chunk = os.read(descriptor, wanted)
            digest.update(chunk)
            seen += len(chunk)
            whole = len(chunk) < wanted
    finally:
        os.close(descriptor)
    return f"{algorithm}={base64.urlsafe_b64encode(digest.digest()).rstrip(b'=').decode()}", seen


def _file_trouble(path: Path, name: str, recorded: str) -> str | None:
    algorithm, _, wanted = recorded.partition("=")
    if not wanted or name.endswith(".pyc"):
        return None
    if not path.is_file():
        return f"{name} is missing"
    return None if recorded_digest(path, algorithm)[0] == recorded else f"{name} was changed"

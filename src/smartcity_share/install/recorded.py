"""Comparing what was unpacked from wheels with what their RECORD says."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from pathlib import Path


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


def _file_trouble(path: Path, name: str, recorded: str) -> str | None:
    algorithm, _, wanted = recorded.partition("=")
    if not wanted or name.endswith(".pyc"):
        return None
    if not path.is_file():
        return f"{name} is missing"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, algorithm).digest()
    found = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return None if found == wanted else f"{name} was changed"

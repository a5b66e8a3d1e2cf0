"""The code of an app in a backup: every file, and one digest over all of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from smartcity_share.install.code_store import file_digest


def code_files(folder: Path) -> list[str]:
    """Return the names of the files of a code folder, sorted; what Python compiles besides is left out."""
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [(Path(root) / name).relative_to(folder).as_posix() for name in files if not name.endswith(".pyc")]
    return sorted(found)


def tree_digest(digests: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 over names and digests of files, in hexadecimal.

    Args:
        digests: Name and SHA-256 of each, in any order.
    """
    whole = hashlib.sha256()
    for name, digest in sorted(digests):
        whole.update(f"{digest}  {name}\n".encode())
    return whole.hexdigest()


def folder_digest(folder: Path) -> str:
    """Return the digest of a code folder."""
    return tree_digest((name, file_digest(folder / name)) for name in code_files(folder))

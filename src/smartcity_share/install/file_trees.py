"""Whole folders of files: copied by content, and told by digests."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path


def copy_tree(source: Path, target: Path) -> None:
    """Copy every file below a folder by its content, never by a link; a folder that is not there gives none."""
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, copy_function=shutil.copyfile)


def digests(folder: Path) -> dict[str, str]:
    """Return every file below a folder with its SHA-256."""
    return dict(_digests(folder))


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                yield path.relative_to(folder).as_posix(), hashlib.file_digest(file, "sha256").hexdigest()

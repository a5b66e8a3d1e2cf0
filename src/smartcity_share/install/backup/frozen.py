"""The stored files of an installation held still while they are read: a second name for each, no second copy."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from smartcity_share.install.storage.files import LocalFileStore


def freeze(source: Path, target: Path) -> None:
    """Give every stored file a second name, and take away the second names of files that are gone or were replaced.

    A stored file is never written to again, only replaced by another one, so its second name keeps what it held. Calling it
    again costs what changed since: once while the app works, and once more while no row is written.

    Args:
        source: The folder of the files.
        target: A folder on the same disk.
    """
    target.mkdir(parents=True, exist_ok=True)
    names = set(LocalFileStore(source).names())
    for name in set(LocalFileStore(target).names()) - names:
        (target / name).unlink()
    for name in sorted(names):
        with suppress(FileNotFoundError):  # deleted since: no row speaks of it any more
            _link(source / name, target / name)


def _link(path: Path, second: Path) -> None:
    there = path.stat()
    if second.exists():
        if os.path.samestat(second.stat(), there):
            return
        second.unlink()
    second.parent.mkdir(parents=True, exist_ok=True)
    try:
        second.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without second names
        shutil.copyfile(path, second)

"""Secrets: one file each, readable by the owner alone, named in the ledger and never copied there."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

from smartcity_share.durable import write_whole
from smartcity_share.errors import SecretError
from smartcity_share.install.layout import Layout

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
_OTHERS: Final = 0o077
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def secret_ref(region: str, app: str, key: str) -> str:
    """Return where a secret lies, relative to the folder of the instance.

    Args:
        region: Code of the region.
        app: Id of the app, or the word for the whole region.
        key: Name of the setting: a Python name.
    """
    if _KEY.fullmatch(key) is None:
        message = f"{key!r} is not the name of a setting"
        raise ValueError(message)
    return f"secrets/{region}/{app}/{key}"


def write_secret(layout: Layout, ref: str, value: str) -> None:
    """Write a secret; its folders are made for the owner alone.

    Args:
        layout: The paths of the instance.
        ref: What :func:`secret_ref` returned.
        value: The secret.
    """
    path = layout.folder / ref
    for folder in (layout.all_secrets, path.parent.parent, path.parent):
        if not folder.is_dir():
            folder.mkdir(mode=FOLDER_MODE)
        folder.chmod(FOLDER_MODE)
    write_whole(path, value.encode(), mode=FILE_MODE)


def read_secret(layout: Layout, ref: str) -> str:
    """Return a secret.

    Raises:
        SecretError: The file is missing, is a link, or can be read by others.
    """
    trouble = secret_trouble(layout, ref)
    if trouble is not None:
        raise trouble
    return (layout.folder / ref).read_text(encoding="utf-8")


def secret_trouble(layout: Layout, ref: str) -> SecretError | None:
    """Return why a secret may not be read, None where nothing is wrong. Does not read it."""
    path = layout.folder / ref
    try:
        found = path.lstat()
    except OSError:
        return SecretError(
            f"The secret {ref} is missing", hint=f"Set it again: `smartcity configure {_app(ref)} --set {path.name}=…`."
        )
    if not stat.S_ISREG(found.st_mode):
        return SecretError(f"The secret {ref} is a link or folder, not a file", hint="Remove it and set the secret again.")
    if found.st_mode & _OTHERS:
        return SecretError(
            f"The secret {ref} can be read by others (mode {stat.S_IMODE(found.st_mode):04o})",
            hint=f"Close it with `chmod 600 {ref}`, and change the secret: it may have been read.",
        )
    return None


def _app(ref: str) -> str:
    return ref.split("/")[-2]


def drop_folder_if_empty(path: Path, stop: Path) -> None:
    """Remove a folder and those above it, as long as they are empty, up to ``stop``."""
    for folder in (path, *path.parents):
        if folder == stop or not folder.is_relative_to(stop):
            return
        try:
            folder.rmdir()
        except OSError:
            return

"""An environment that is there while an app is looked at, before anything is decided."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartcity_share.install.code_store import drop_if_empty
from smartcity_share.install.environments.build import build_environment
from smartcity_share.install.environments.place import environment_set, environment_sets
from smartcity_share.install.environments.store import PackageStore
from smartcity_share.install.pending import is_pending

if TYPE_CHECKING:
    from smartcity_share.install.environments.change import EnvironmentChange
    from smartcity_share.install.instance import Instance

_DAY: Final = 86_400.0
"""Seconds after which what was left half made belongs to nobody any more."""


@contextmanager
def staged_environment(instance: Instance, change: EnvironmentChange | None) -> Iterator[Path | None]:
    """Make the environment an operation will use, where it will lie; it goes again unless it is in use at the end of the block.

    Args:
        instance: The instance.
        change: What the operation will change; None for nothing.

    Yields:
        The folder with the packages, to be put on the import path; None where the operation changes nothing.

    Raises:
        PackageError: A wheel cannot be had, is another one than was stated, or is damaged.
        OperationError: The packages do not fit into one folder.
    """
    if change is None or change.after is None:
        yield None
        return
    environments, store = environment_set(instance.layout, change.code_set), PackageStore(instance.layout.packages)
    try:
        with workshop(instance) as scratch:
            store.keep(change.packages)
            if not change.existed:
                build_environment(environments, change.after, change.packages, store, scratch)
        yield environments.packages(change.after)
    finally:
        _take_away(instance, change)
        drop_if_empty(instance.layout.environments)
        _put_on_path(instance, change)


@contextmanager
def workshop(instance: Instance) -> Iterator[Path]:
    """Make a folder beside the environments in which one can be made before an operation has begun; it goes after the block.

    Args:
        instance: The instance. What processes that were killed left in it a day ago or longer goes too.
    """
    _sweep(instance.layout.environments)
    _sweep(instance.layout.packages)
    folder = instance.layout.environments / f".{secrets.token_hex(6)}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    for left in folder.glob(".*") if folder.is_dir() else ():
        with suppress(OSError):  # another process was faster
            if time.time() - left.stat().st_mtime > _DAY:
                shutil.rmtree(left)


def _take_away(instance: Instance, change: EnvironmentChange) -> None:
    environments, store = environment_set(instance.layout, change.code_set), PackageStore(instance.layout.packages)
    pointer = environments.pointer()
    if change.after is None or change.after in (pointer.current, *pointer.earlier):
        return
    if is_pending(instance, "build-environment", code_set=change.code_set, environment=change.after):
        return
    if not change.existed:
        shutil.rmtree(environments.home(change.after), ignore_errors=True)
        drop_if_empty(environments.folder)
    used = {one.sha256 for found in environment_sets(instance.layout) for name in found.names() for one in found.lock(name)}
    for package in change.packages:
        if package.sha256 not in used and package.sha256 not in change.kept:
            shutil.rmtree(store.home(package.sha256), ignore_errors=True)
    drop_if_empty(store.folder)


def _put_on_path(instance: Instance, change: EnvironmentChange) -> None:
    """Put the environment that is in use back on the import path, where loading the app has put the staged one."""
    from smartcity_share.hooks import code_folders

    environments = environment_set(instance.layout, change.code_set)
    current = environments.pointer().current
    if change.after is None or change.after == current or environments.packages(change.after) not in code_folders.added():
        return
    if current is None:
        code_folders.remove(environments.packages(change.after))
    else:
        code_folders.add_packages(environments.packages(current))

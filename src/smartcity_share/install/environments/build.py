"""Making an environment beside the one in use: copies of kept wheels, checked, whole or not at all.

Nothing in an environment is a link to a file of another one or of a cache: an edit in one never shows in another.
"""

from __future__ import annotations

import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from smartcity_share.durable import move, sync_all
from smartcity_share.errors import OperationError, PackageError
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.environments.locked import LockedPackage, environment_name, lock_text
from smartcity_share.install.environments.place import EnvironmentSet
from smartcity_share.install.environments.store import PackageStore
from smartcity_share.install.environments.unpacking import unpack
from smartcity_share.install.recorded import record_trouble

_KEPT_MEND: Final = "Put it into a folder and name it: `smartcity doctor --rebuild --wheels DIR`."


def build_environment(
    environments: EnvironmentSet, name: str, packages: Sequence[LockedPackage], store: PackageStore, scratch: Path
) -> None:
    """Make an environment from kept wheels. One of that name that is there and damaged is replaced.

    Args:
        environments: Where it goes.
        name: Its name.
        packages: What it holds.
        store: The kept wheels.
        scratch: A folder of the same file system where it is made; it goes when the operation has ended.

    Raises:
        PackageError: A kept wheel is missing or was changed, cannot be unpacked, or brings a file that another one brings.
        OperationError: The environment is for another Python.
        OSError: The disk is full.
    """
    if environment_name(packages) != name:
        raise OperationError(
            f"Environment {name} was planned for another Python than this one, {sys.version.split()[0]}",
            hint="Run the same command again.",
        )
    wheels = [_kept(package, store) for package in packages]
    beside, workshop = (scratch / f"{word}-{secrets.token_hex(4)}" for word in ("environment", "workshop"))
    folder = beside / environments.packages(name).name
    for one in (folder, workshop):
        one.mkdir(parents=True)
    try:
        unpack(wheels, lock_text(packages), folder, workshop, judge=lambda: _require_unchanged(packages, wheels))
        (beside / environments.lock_file(name).name).write_text(lock_text(packages), encoding="utf-8")
        sync_all(beside)
        if environments.home(name).exists():
            move(environments.home(name), scratch / f"damaged-{secrets.token_hex(4)}")
        move(beside, environments.home(name))
    finally:
        for one in (beside, workshop):
            shutil.rmtree(one, ignore_errors=True)


def environment_trouble(environments: EnvironmentSet, name: str) -> str | None:
    """Return how an environment differs from what was put into it, None where it does not.

    Args:
        environments: Where it lies.
        name: Its name.
    """
    if not environments.home(name).is_dir():
        return "the folder is missing"
    try:
        packages = environments.lock(name)
    except OperationError as error:
        return error.message
    if not packages:
        return f"{environments.lock_file(name).name} is missing"
    trouble = record_trouble(environments.packages(name), len(packages))
    if trouble is None and environment_name(packages) != name:
        return f"it was made by another Python than this one, {sys.version.split()[0]}, or its list of packages was changed"
    return trouble


def _kept(package: LockedPackage, store: PackageStore) -> Path:
    path = store.find(package)
    if path is None:
        raise PackageError(f"The kept wheel of {package.label} is missing", hint=_KEPT_MEND)
    return path


def _require_unchanged(packages: Sequence[LockedPackage], wheels: Sequence[Path]) -> None:
    for package, path in zip(packages, wheels, strict=True):
        if file_digest(path) != package.sha256:
            raise PackageError(f"The kept wheel of {package.label} was changed", hint=_KEPT_MEND)

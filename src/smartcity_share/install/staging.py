"""The code of an app that is not installed yet, where it can be loaded from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.errors import Location, PackageError
from smartcity_share.install.code_store import drop_if_empty, unpack_wheel
from smartcity_share.install.environments.demand import AppDemand
from smartcity_share.install.environments.planned import PlannedEnvironment, planned_environment
from smartcity_share.install.needed_wheels import judged
from smartcity_share.install.pending import is_pending
from smartcity_share.install.recorded import record_trouble

if TYPE_CHECKING:
    from smartcity_share.hooks.registry import AppRegistry
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord
    from smartcity_share.install.source import AppSource


@contextmanager
def staged(instance: Instance, source: AppSource, packages: Path | None = None) -> Iterator[AppRegistry]:
    """Unpack a wheel to where it will lie, so that it can be loaded; take it away unless it is used then.

    Args:
        instance: The instance.
        source: The app.
        packages: The folder with what it imports beyond the host; None where that is nothing.

    Raises:
        PackageError: The wheel cannot be unpacked, or its folder is there and was changed.
    """
    location = source.code.location
    if location is None or source.code.wheel is None:
        yield instance.registries.staged(source.app, None)
        return
    folder = instance.folder / location
    if not folder.is_dir():
        unpack_wheel(Path(source.code.wheel), folder)
    elif trouble := record_trouble(folder):
        raise PackageError(
            f"The code folder {location} was changed: {trouble}",
            hint=f"See `smartcity doctor`; if no region uses it, delete {location} and install again.",
        )
    try:
        yield instance.registries.staged(source.app, location, packages)
    finally:
        if not source.code.shared and folder.is_dir() and not _is_needed(instance, source.app, location):
            shutil.rmtree(folder)
            drop_if_empty(folder.parent)


def _is_needed(instance: Instance, app: str, location: str) -> bool:
    """Whether an installation uses the code, or an operation that was cut off may go on with it."""
    return instance.uses_code(app, location) or is_pending(instance, "store-code", location=location)


def environment_of(
    instance: Instance,
    region: str,
    source: AppSource,
    path: Path | None,
    wheels: Sequence[Path],
    *,
    outgoing: InstallationRecord | None = None,
) -> PlannedEnvironment:
    """Find out what an app needs beyond the host; one that pip installed has all of that, or is refused.

    Args:
        instance: The instance.
        region: Code of the region.
        source: The app.
        path: The wheel or folder it comes from; wheels beside it may be taken.
        wheels: More folders with wheels; of a catalogue those its origin signed for come before them.
        outgoing: The installation whose code it replaces.
    """
    code = source.code
    if code.location is None and outgoing is None:
        return PlannedEnvironment()
    beside = [path.absolute().parent] if path is not None and path.is_file() else []
    where = Location(f"{region}/{source.app}")
    planned = planned_environment(
        instance,
        incoming=None if code.location is None else AppDemand(source.app, code.version, code.distribution, source.requires),
        outgoing=outgoing,
        wheels=[*wheels, *beside] if code.provenance is None else [*beside, *wheels],  # of one name the signed one
        signed=source.needs,
        where=where,
    )
    return judged(instance, source, planned, where)

"""The wheels an app needs, against what its origin signed for and what was revoked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from smartcity_share.catalogue.seen import revocation_of
from smartcity_share.errors import Fault, Location
from smartcity_share.install.environments.fetching import place_of
from smartcity_share.install.environments.locked import LockedPackage
from smartcity_share.install.environments.place import environment_set

if TYPE_CHECKING:
    from smartcity_share.install.environments.planned import PlannedEnvironment
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.source import AppSource


def signed_packages(wheels: Iterable[tuple[str, str]]) -> tuple[LockedPackage, ...]:
    """Return the packages that were signed for with an app.

    Args:
        wheels: File name and SHA-256 of each wheel; one that is named like none is never taken, and left out.
    """
    found = []
    for file, sha256 in wheels:
        try:
            name, version, _, _ = parse_wheel_filename(file)
        except InvalidWheelFilename:
            continue
        found.append(LockedPackage(str(name), str(version), sha256, Path(file).name))
    return tuple(found)


def judged(instance: Instance, source: AppSource, planned: PlannedEnvironment, where: Location) -> PlannedEnvironment:
    """Refuse wheels that were revoked or are not what was signed for, and tell of those that nobody signed for.

    A catalogue may leave wheels to the region that installs. They are taken from where it says, and the plan says so.

    Args:
        instance: The instance; it remembers what was revoked.
        source: The app.
        planned: What it needs.
        where: The place faults are told at.
    """
    change = planned.change
    if change is None:
        return planned
    environments = environment_set(instance.layout, change.code_set)
    there = {one.sha256 for one in environments.lock(change.before)} if change.before is not None else set()
    new = [one for one in change.packages if one.sha256 not in there]
    faults: list[Fault] = []
    for one in new:
        if why := revocation_of(instance.layout.catalogues, one.sha256):
            message = f"{one.label}, which `{source.app}` needs, must not be installed: {why}"
            faults.append(Fault("release-revoked", message, where, "Take a version of the app that needs another one."))
    notices: list[str] = []
    if source.code.provenance is not None:
        signed = {one.sha256 for one in source.needs}
        files = {one.filename for one in source.needs}
        for one in new:
            if one.sha256 in signed:
                continue
            if one.filename in files:
                message = f"{one.filename} is not the wheel that was signed for with `{source.app}`"
                faults.append(Fault("wheel-altered", message, where, "Look where it comes from, then try again."))
            notices.append(f"nobody signed in the catalogue for {one.label}, which it needs; it comes from {place_of(one)}")
    return attrs.evolve(planned, faults=(*planned.faults, *faults), notices=tuple(notices))

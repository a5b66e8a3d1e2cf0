"""What an operation will change about the packages of a code set: found out before anything is touched."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from smartcity_share.errors import Fault, Location
from smartcity_share.install.environments.build import environment_trouble
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.environments.conflicts import nowhere_faults, resolution_faults
from smartcity_share.install.environments.demand import AppDemand, Reach, reach
from smartcity_share.install.environments.host import folder_lookup, host_lookup
from smartcity_share.install.environments.locked import LockedPackage, environment_name
from smartcity_share.install.environments.place import MAIN, EnvironmentSet, Pointer, code_set_of, environment_set
from smartcity_share.install.environments.refusals import no_tool_fault, requirement_faults
from smartcity_share.install.environments.resolve import opened_resolver
from smartcity_share.install.environments.store import PackageStore
from smartcity_share.install.environments.tools import find_tool
from smartcity_share.install.environments.wheel_folders import WheelFolders, look_into

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord


@attrs.frozen
class PlannedEnvironment:
    """What was found out about the packages an operation needs.

    Attributes:
        change: What has to change; None where nothing does.
        faults: Why it cannot be had; nothing changes then.
        notices: What the person should know of where it comes from.
    """

    change: EnvironmentChange | None = None
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()


def planned_environment(
    instance: Instance,
    *,
    incoming: AppDemand | None = None,
    outgoing: InstallationRecord | None = None,
    wheels: Sequence[Path] = (),
    signed: Sequence[LockedPackage] = (),
    where: Location | None = None,
) -> PlannedEnvironment:
    """Find out what an operation has to change about the packages that apps need beyond the host. Changes nothing.

    An install has something incoming, a removal something outgoing, an upgrade or a rollback both.

    Args:
        instance: The instance.
        incoming: What the code that comes needs; only for code that lies in the instance, not for an app pip installed.
        outgoing: The installation whose code goes; it may be used by other regions.
        wheels: Folders with wheels that may be taken, besides those the instance keeps.
        signed: Packages that were signed for with what comes: taken where they fit, also where others are newer.
        where: The place faults are told at.

    Raises:
        OperationError: uv or pip cannot be run, or what says which environment is in use was damaged.
    """
    code_set = MAIN if outgoing is None or outgoing.code_location is None else code_set_of(outgoing.code_location)
    environments = environment_set(instance.layout, code_set)
    current = environments.pointer().current
    inside = folder_lookup(None if current is None else environments.packages(current))
    place = where or Location("environment")
    missing = Reach((), frozenset()) if incoming is None else reach([incoming], host_lookup(), inside)
    if not missing.unmet and not missing.malformed and (outgoing is None or current is None):
        return PlannedEnvironment()  # nothing was read but what the app itself needs
    left_records = [one for one in instance.ledger.installations() if outgoing is None or one.id != outgoing.id]
    demands = [one for one in demands_of(instance, left_records) if one != incoming]
    if incoming is not None:
        missing = reach([incoming], host_lookup(), inside, present=demands)
        demands.append(incoming)
    if incoming is None or not (missing.unmet or missing.malformed):
        lock = environments.lock(current) if current is not None else ()
        used = reach(demands, host_lookup(), inside).used
        left = tuple(one for one in lock if one.name in used)
        change = None if left == lock else attrs.evolve(planned_change(instance, environments, left), required=False)
        return PlannedEnvironment(change)
    there, index, tool = wheels_of(instance, wheels), instance.config.packages.index, find_tool()
    faults = (*requirement_faults(missing, incoming.requires, place), *nowhere_faults(there, index, missing, place))
    if faults or tool is None:
        return PlannedEnvironment(faults=faults or (no_tool_fault(place),))
    with opened_resolver(tool, there, index) as resolver:
        resolution = resolver.resolve(demands, environments.lock(current) if current is not None else (), signed)
        if resolution.packages is None:
            return PlannedEnvironment(
                faults=resolution_faults(resolver, demands[:-1], incoming, missing, said=resolution.said, where=place)
            )
    return PlannedEnvironment(planned_change(instance, environments, resolution.packages))


def planned_change(instance: Instance, environments: EnvironmentSet, packages: Sequence[LockedPackage]) -> EnvironmentChange:
    """Return how a code set gets an environment of exactly these packages.

    Args:
        instance: The instance.
        environments: The environments of the code set.
        packages: The packages; none where nothing beyond the host is needed.
    """
    store = PackageStore(instance.layout.packages)
    after = environment_name(packages) if packages else None
    pointer = environments.pointer()
    turned = pointer.turned_to(after)
    dropped = tuple(name for name in environments.names() if name in _all(pointer) and name not in turned.kept)
    needed = {one.sha256 for name in turned.kept for one in environments.lock(name)} | {one.sha256 for one in packages}
    loose = {one.sha256 for name in dropped for one in environments.lock(name)} - needed
    return EnvironmentChange(
        code_set=environments.folder.name,
        before=pointer.current,
        after=after,
        packages=tuple(packages),
        kept=tuple(sorted(one.sha256 for one in packages if one.sha256 in store.digests())),
        existed=after is not None and environment_trouble(environments, after) is None,
        dropped=dropped,
        dropped_wheels=tuple(sorted(loose & store.digests())),
        earlier=pointer.earlier,
    )


def wheels_of(instance: Instance, given: Sequence[Path]) -> WheelFolders:
    """Return the wheels that may be taken: those that are given, then those the instance keeps.

    Args:
        instance: The instance.
        given: Folders with wheels.
    """
    return look_into([*given, *PackageStore(instance.layout.packages).folders()])


def demands_of(instance: Instance, records: Sequence[InstallationRecord]) -> tuple[AppDemand, ...]:
    """Return what the apps of some installations need; apps of the host's own environment are none of them.

    Args:
        instance: The instance.
        records: The installations.
    """
    found: dict[str, AppDemand] = {}
    for record in records:
        location = record.code_location
        if location is None or location in found:
            continue
        code = next(iter(distributions(name=record.distribution, path=[str(instance.folder / location)])), None)
        requires = () if code is None else tuple(code.requires or ())
        found[location] = AppDemand(record.app, record.version, record.distribution, requires)
    return tuple(found.values())


def _all(pointer: Pointer) -> tuple[str, ...]:
    return pointer.earlier if pointer.current is None else (pointer.current, *pointer.earlier)

"""Making the environment of an instance anew: after damage, after an upgrade of the host, under another Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.errors import Fault, Location, OperationError, RefusedError
from smartcity_share.install.environments.build import build_environment, environment_trouble
from smartcity_share.install.environments.demand import reach
from smartcity_share.install.environments.host import folder_lookup, host_lookup
from smartcity_share.install.environments.locked import LockedPackage, environment_name
from smartcity_share.install.environments.place import environment_set
from smartcity_share.install.environments.planned import demands_of, wheels_of
from smartcity_share.install.environments.refusals import no_tool_fault, together_fault
from smartcity_share.install.environments.resolve import opened_resolver
from smartcity_share.install.environments.staging import workshop
from smartcity_share.install.environments.store import PackageStore
from smartcity_share.install.environments.tools import find_tool

if TYPE_CHECKING:
    from smartcity_share.install.environments.demand import AppDemand
    from smartcity_share.install.environments.place import EnvironmentSet
    from smartcity_share.install.instance import Instance


def rebuild_environment(instance: Instance, wheels: Sequence[Path] = ()) -> str | None:
    """Find the packages that the installed apps need beside the host now, make their environment if it is not sound, use it.

    Nothing is lost wherever it is cut off: it is made beside the one in use, and the pointer is replaced last.

    Args:
        instance: The instance.
        wheels: Folders with wheels that may be taken, besides those the instance keeps.

    Returns:
        The name of the environment; None where nothing beyond the host is needed.

    Raises:
        RefusedError: The packages cannot be had, or do not fit the host as it is now.
        PackageError: A wheel cannot be had, is another one than was stated, or is damaged.
        OperationError: uv or pip cannot be run, or the packages do not fit into one folder.
    """
    environments, store = environment_set(instance.layout), PackageStore(instance.layout.packages)
    demands = demands_of(instance, instance.ledger.installations())
    packages = _packages(instance, environments, demands, wheels)
    name = environment_name(packages) if packages else None
    if name is not None and environment_trouble(environments, name) is not None:
        with workshop(instance) as scratch:
            store.keep(packages)
            build_environment(environments, name, packages, store, scratch)
    try:
        pointer = environments.pointer()
    except OperationError:  # what it said is lost; the environments before this one are not counted any more
        environments.point_back(None, ())
        pointer = environments.pointer()
    if pointer.current != name:
        environments.point_to(pointer.turned_to(name))
    return name


def _packages(
    instance: Instance, environments: EnvironmentSet, demands: Sequence[AppDemand], wheels: Sequence[Path]
) -> tuple[LockedPackage, ...]:
    if not reach(demands, host_lookup(), folder_lookup(None)).unmet:
        return ()
    where = Location(f"environments/{environments.folder.name}")
    tool = find_tool()
    if tool is None:
        raise _refused(instance, no_tool_fault(where))
    with opened_resolver(tool, wheels_of(instance, wheels), instance.config.packages.index) as resolver:
        resolution = resolver.resolve(demands, _preferred(environments))
    if resolution.packages is None:
        raise _refused(instance, together_fault(demands, resolution.said, where))
    return resolution.packages


def _preferred(environments: EnvironmentSet) -> tuple[LockedPackage, ...]:
    try:
        current = environments.pointer().current
        return () if current is None else environments.lock(current)
    except OperationError:
        return ()


def _refused(instance: Instance, fault: Fault) -> RefusedError:
    return RefusedError(
        f"The environment of {instance.folder.name} was not made again: nothing was changed",
        faults=[fault],
        hint="Mend it as its line says, then try again.",
    )

"""Why apps cannot have what they need: told with both apps, the packages and the ranges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packaging.utils import canonicalize_name, parse_wheel_filename

from smartcity_share.errors import Fault, Location, PackageError
from smartcity_share.install.environments.demand import AppDemand, Reach, applicable
from smartcity_share.install.environments.fetching import local_file
from smartcity_share.install.environments.locked import LockedPackage
from smartcity_share.install.environments.refusals import conflict_fault, short_reason, together_fault
from smartcity_share.install.environments.resolve import Resolution, Resolver
from smartcity_share.install.environments.wheel_folders import DamagedWheel, WheelFolders

_Needs = dict[str, list[tuple[str, str]]]
"""Who needs which range of a package: by its normalised name, the one who needs it and the range."""


def resolution_faults(
    resolver: Resolver, others: Sequence[AppDemand], incoming: AppDemand, missing: Reach, *, said: str, where: Location
) -> tuple[Fault, ...]:
    """Return why no packages were found; at least one reason.

    Args:
        resolver: What was asked.
        others: The other apps of the code set.
        incoming: The new one.
        missing: What it needs and has not.
        said: The explanation of the resolver.
        where: The place faults are told at.

    Raises:
        OperationError: The resolver cannot be run.
    """
    alone = resolver.resolve([incoming])
    if alone.packages is None:
        return tuple(_unavailable(resolver, missing, alone.said, where))
    clashing = others  # with one other app it is known already
    if len(others) > 1:
        clashing = [one for one in others if resolver.resolve([incoming, one]).packages is None]
    faults = [_clash(resolver, incoming, alone, one, where) for one in clashing]
    if not faults:
        faults = [together_fault([*others, incoming], said, where)]
    return tuple(faults)


def _clash(resolver: Resolver, incoming: AppDemand, alone: Resolution, other: AppDemand, where: Location) -> Fault:
    """Tell of two apps that fit the host each, but not one another."""
    theirs = resolver.resolve([other])
    mine_needs, their_needs = _needs(incoming, alone), _needs(other, theirs)
    mine = {one.name: one.version for one in alone.packages or ()}
    their = {one.name: one.version for one in theirs.packages or ()}
    ranges = [
        f"{name}: {_told(mine_needs[name])}; {_told(their_needs[name])}"
        for name in sorted(mine.keys() & their.keys() & mine_needs.keys() & their_needs.keys())
        if mine[name] != their[name]
    ]
    told = ". ".join(ranges) or short_reason(resolver.resolve([incoming, other]).said)
    return conflict_fault(
        f"{incoming.label} and {other.label} cannot share an environment. {told}", incoming.app, where, other=other.app
    )


def _unavailable(resolver: Resolver, missing: Reach, said: str, where: Location) -> Iterator[Fault]:
    """Tell what an app needs that is nowhere to be had."""
    if resolver.index and missing.unmet:
        from smartcity_share.install.environments.downloading import index_trouble  # brings HTTP and TLS

        trouble = index_trouble(resolver.index, canonicalize_name(missing.unmet[0].requirement.name))
        if trouble is not None:
            yield Fault(
                "index-unreachable",
                f"The package index {resolver.index} cannot be asked: {trouble}",
                where,
                "See that the machine reaches it, or give the wheels: `--wheels DIR`.",
            )
            return
    faults = nowhere_faults(resolver.wheels, resolver.index, missing, where)
    yield from faults
    if not faults:
        yield Fault("dependency-unmet", f"What it needs cannot be had: {short_reason(said)}", where, _mend(resolver.index))


def nowhere_faults(wheels: WheelFolders, index: str, missing: Reach, where: Location) -> tuple[Fault, ...]:
    """Return what an app needs that is among no wheels; empty where an index may be asked.

    Args:
        wheels: The wheels that may be taken.
        index: The package index that may be asked; empty for none.
        missing: What the app needs and has not.
        where: The place faults are told at.
    """
    if index:
        return ()
    offered: dict[str, list[str]] = {}
    for path in wheels.sound:
        name, version, _, _ = parse_wheel_filename(path.name)
        offered.setdefault(name, []).append(str(version))
    faults = []
    for one in missing.unmet:
        if one.by_host:
            continue
        name = canonicalize_name(one.requirement.name)
        there = offered.get(name, [])
        if not any(one.requirement.specifier.contains(version, prereleases=True) for version in there):
            wanted = f"{one.requirement.name}{one.requirement.specifier}"
            damaged = next((wheel for wheel in wheels.damaged if wheel.name == name), None)
            faults.append(_nowhere(wanted, there, damaged, where))
    return tuple(faults)


def _nowhere(wanted: str, there: Sequence[str], damaged: DamagedWheel | None, where: Location) -> Fault:
    if damaged is not None:
        return Fault(
            "wheel-damaged",
            f"It needs {wanted}, and {damaged.path} cannot be used: {damaged.trouble}",
            where,
            "Fetch that wheel again and compare its SHA-256.",
        )
    state = f"only version {', '.join(sorted(there))} is among the wheels" if there else "no wheel of it is there"
    return Fault("dependency-unmet", f"It needs {wanted}, which is not installed, and {state}", where, _mend(""))


def _mend(index: str) -> str:
    if index:
        return "Ask its maker for a version that fits, or give fitting wheels: `--wheels DIR`."
    return (
        "Put the wheels beside the wheel of the app or name their folder: `--wheels DIR`. `[packages] index` allows an index."
    )


def _needs(demand: AppDemand, resolution: Resolution) -> _Needs:
    """Return who needs which range, as far as the wheels lie on this machine."""
    found: _Needs = {}
    for requirement in applicable(demand.requires):
        found.setdefault(canonicalize_name(requirement.name), []).append((demand.label, str(requirement.specifier)))
    for package in resolution.packages or ():
        for requirement in applicable(_requires(package)):
            who = f"{demand.label} through {package.name} {package.version}"
            found.setdefault(canonicalize_name(requirement.name), []).append((who, str(requirement.specifier)))
    return found


def _requires(package: LockedPackage) -> tuple[str, ...]:
    from smartcity_share.package.wheel import Wheel

    path = local_file(package.origin)
    if path is None:
        return ()
    try:
        return Wheel.open(path).metadata.requires_dist
    except PackageError:
        return ()


def _told(needs: Sequence[tuple[str, str]]) -> str:
    return " and ".join(f"{who} needs {specifier or 'any'}" for who, specifier in needs)

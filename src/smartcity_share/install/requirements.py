"""What keeps an app from being installed, found before anything is changed or imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from smartcity_share.errors import Fault, Location

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.source import AppSource


def obstacles(instance: Instance, region: str, source: AppSource) -> tuple[Fault, ...]:
    """Return everything that keeps an app from being installed in a region, as far as it can be told without loading the app.

    Args:
        instance: The instance.
        region: Code of a region it serves.
        source: The app.
    """
    where = Location(f"{region}/{source.app}")
    return (
        *_installed(instance, region, source, where),
        *_other_version(instance, region, source, where),
        *_leftovers(instance, region, source, where),
        *unmet_dependencies(source.requires, where),
        *_missing_connectors(instance, region, source, where),
    )


def unmet_dependencies(requires: tuple[str, ...], where: Location) -> tuple[Fault, ...]:
    """Compare requirements with what is installed in the environment of this process.

    Args:
        requires: Requirements as metadata writes them.
        where: The place faults are told at.
    """
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import InvalidRequirement, Requirement

    found = []
    for text in requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            found.append(Fault("requirement-malformed", f"`{text[:80]}` is no requirement", where, "Its maker corrects it."))
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(requirement.name)
        except PackageNotFoundError:
            there = None
        if there is None or not requirement.specifier.contains(there, prereleases=True):
            wanted = f"{requirement.name}{requirement.specifier}"
            state = "not installed" if there is None else f"installed in version {there}"
            mend = f'Run `{sys.executable} -m pip install "{wanted}"`, then try again.'
            if there is not None:
                mend = f"See that no other app needs {there}, then r{mend[1:]}"
            found.append(Fault("dependency-unmet", f"It needs {wanted}, which is {state}", where, mend))
    return tuple(found)


def _installed(instance: Instance, region: str, source: AppSource, where: Location) -> list[Fault]:
    record = instance.ledger.installation(region, source.app)
    if record is None:
        return []
    if record.state == "active":
        mend = f"Change its settings with `smartcity configure {source.app} --region {region}`."
    else:
        mend = "See `smartcity doctor`: an operation on it has not ended."
    return [Fault("already-installed", f"`{source.app}` {record.version} is {record.state} in {region} already", where, mend)]


def _other_version(instance: Instance, region: str, source: AppSource, where: Location) -> list[Fault]:
    others = [
        record
        for record in instance.ledger.installations(app=source.app)
        if record.region != region and record.code_location != source.code.location
    ]
    if not others:
        return []
    other = others[0]
    place = other.code_location or "the environment"
    return [
        Fault(
            "other-version-in-use",
            f"Region {other.region} uses `{source.app}` {other.version} from {place}; "
            f"one process runs one version of an app, and this is {source.code.version}",
            where,
            f"Install the wheel region {other.region} uses, or make an instance of its own for region {region}.",
        )
    ]


def _leftovers(instance: Instance, region: str, source: AppSource, where: Location) -> list[Fault]:
    if instance.ledger.installation(region, source.app) is not None:
        return []
    layout = instance.layout
    found = [path for path in (layout.installation(region, source.app), layout.secrets(region, source.app)) if path.exists()]
    return [
        Fault(
            "data-left-over",
            f"{path.relative_to(instance.folder)} holds data of an installation the ledger does not know",
            where,
            "Move the folder to a safe place, then try again.",
        )
        for path in found
    ]


def _missing_connectors(instance: Instance, region: str, source: AppSource, where: Location) -> list[Fault]:
    needed = {need.contract for need in source.manifest.needs.connectors if need.required}
    if not needed:
        return []
    index = instance.index()
    installed = [index.get(record.app) for record in instance.ledger.installations(region) if record.app in index]
    provided = {contract for app in installed if app.fault is None for contract in app.manifest.app.provides}
    return [
        Fault(
            "connector-missing",
            f"It needs a connector for `{contract}`, and region {region} has none",
            where,
            "Install a connector that provides it first.",
        )
        for contract in sorted(needed - provided)
    ]

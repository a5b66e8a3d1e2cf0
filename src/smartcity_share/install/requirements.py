"""What keeps an app from being installed, found before anything is changed or imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.catalogue.seen import revocation_of
from smartcity_share.errors import Fault, Location, SmartCityError

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord
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
        *_leftovers(instance, region, source, where),
        *obstacles_of_version(instance, region, source),
    )


def obstacles_of_version(instance: Instance, region: str, source: AppSource) -> tuple[Fault, ...]:
    """Return what of that has to do with this version of the app, and holds for an upgrade too."""
    where = Location(f"{region}/{source.app}")
    return (
        *_revoked(instance, source, where),
        *_other_publisher(instance, region, source, where),
        *(unmet_dependencies(source.requires, where) if source.code.location is None else ()),
        *_missing_connectors(instance, region, source, where),
    )


def unmet_dependencies(requires: tuple[str, ...], where: Location) -> tuple[Fault, ...]:
    """Compare the requirements of an app that pip installed with what else it installed.

    Args:
        requires: Requirements as metadata writes them.
        where: The place faults are told at.
    """
    from smartcity_share.install.environments.demand import AppDemand, reach
    from smartcity_share.install.environments.host import folder_lookup, host_lookup
    from smartcity_share.install.environments.refusals import malformed_fault, unmet_fault

    found = reach([AppDemand("", "", "", requires)], host_lookup(), folder_lookup(None))
    return (
        *(malformed_fault(text, where) for text in found.malformed),
        *(unmet_fault(one.requirement, one.there, where) for one in found.unmet),
    )


def _installed(instance: Instance, region: str, source: AppSource, where: Location) -> list[Fault]:
    record = instance.ledger.installation(region, source.app)
    if record is None:
        return []
    if record.state == "removed":
        mend = (
            f"Bring it back: `smartcity remove {source.app} --region {region} --cancel`; "
            f"or erase its data: `smartcity remove {source.app} --region {region} --erase --signed-off-by NAME`."
        )
    elif record.state == "active":
        mend = f"Change its settings with `smartcity configure {source.app} --region {region}`."
    else:
        mend = "See `smartcity doctor`: an operation on it has not ended."
    return [Fault("already-installed", f"`{source.app}` {record.version} is {record.state} in {region} already", where, mend)]


def _revoked(instance: Instance, source: AppSource, where: Location) -> list[Fault]:
    """Refuse a wheel that a catalogue revoked, however it came here."""
    why = "" if source.code.digest is None else revocation_of(instance.layout.catalogues, source.code.digest)
    if not why:
        return []
    message = f"`{source.app}` {source.code.version} must not be installed: {why}"
    return [Fault("release-revoked", message, where, "Take a version that was not revoked.")]


def _other_publisher(instance: Instance, region: str, source: AppSource, where: Location) -> list[Fault]:
    """Refuse an app whose id another distribution has: two regions would mean two apps by one name."""
    name = _canonical(source.code.distribution)
    for record in instance.ledger.installations(app=source.app):
        if record.region != region and _canonical(record.distribution) != name:
            return [
                Fault(
                    "other-publisher-in-use",
                    f"Region {record.region} has `{source.app}` from another distribution, `{record.distribution}`; "
                    f"this is `{source.code.distribution}`",
                    where,
                    f"Take the wheel of the publisher you trust; for both, make an instance of its own for region {region}.",
                )
            ]
    return []


def _canonical(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)


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
    records = [record for record in instance.ledger.installations(region) if record.state == "active"]
    provided = {contract for record in records for contract in _provided(instance, record)}
    return [
        Fault(
            "connector-missing",
            f"It needs a connector for `{contract}`, and region {region} has none",
            where,
            "Install a connector that provides it first.",
        )
        for contract in sorted(needed - provided)
    ]


def _provided(instance: Instance, record: InstallationRecord) -> tuple[str, ...]:
    try:
        found = instance.discovered(record)
        return tuple(found.manifest.app.provides) if found.fault is None else ()
    except SmartCityError:
        return ()  # `doctor` names it

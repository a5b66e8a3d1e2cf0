"""Apps that cannot be loaded, of the environment and of the instance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smartcity_share.install.findings import Finding, Severity

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def check_apps(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Load every app that is there, one by one, and name those that cannot be.

    Args:
        instance: The instance.
        region: Only the apps of this region; every app that is there if None.
    """
    records = instance.ledger.installations(region)
    if region is not None:  # nothing was loaded yet: the code of this region is looked at, not that of others
        instance.prefer_code({record.app: record.code_location for record in records})
    registry = instance.registry()
    here = {record.id for record in instance.run_here(records)}
    wanted = {record.app for record in records}
    known = {app.app_id for app in (*registry.index.apps, *registry.index.broken)}
    for app in sorted(known if region is None else wanted & known):
        fault = registry.fault(app)
        if fault is not None:
            faults = getattr(fault, "faults", ())
            message = str(fault) + "".join(f"; {one.where}: {one.message}" for one in faults)
            yield Finding(fault.code, Severity.ERROR, f"app {app}", message, fault.hint or "", app=app)
    for record in records:
        if record.id not in here:
            yield Finding(
                "app-not-asked",
                Severity.WARNING,
                record.id,
                f"It has {record.distribution} {record.version}, and other regions another version: one process asks one",
                f"Ask it alone: `smartcity doctor --region {record.region}`.",
                record.region,
                record.app,
            )
        elif record.app not in known:
            yield Finding(
                "app-not-found",
                Severity.ERROR,
                record.id,
                f"The ledger says {record.distribution} {record.version} is installed; its code is not there",
                f"Put it back: `pip install {record.distribution}=={record.version}`."
                if record.code_location is None
                else f"Put {record.code_location} back from a backup.",
                record.region,
                record.app,
            )

"""What apps import beyond the host: whether it is there, and still what it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smartcity_share.install.environments.build import environment_trouble
from smartcity_share.install.environments.demand import reach
from smartcity_share.install.environments.host import folder_lookup, host_lookup
from smartcity_share.install.environments.place import environment_set, environment_sets
from smartcity_share.install.environments.planned import demands_of
from smartcity_share.install.findings import Finding, Severity

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

_MEND = "Make it again: `smartcity doctor --rebuild`, with `--wheels DIR` where its wheels are not kept."


def check_environments(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Compare the environments in use with their RECORDs, and what the apps need with what is there.

    Args:
        instance: The instance.
        region: Only the apps of this region; every one if None.
    """
    for found in environment_sets(instance.layout):
        current = found.pointer().current
        trouble = None if current is None else environment_trouble(found, current)
        if trouble is not None:
            yield Finding(
                "environment-changed",
                Severity.ERROR,
                f"environments/{found.folder.name}/{current}",
                f"The environment is not what was put into it: {trouble}",
                _MEND,
            )
    environments = environment_set(instance.layout)
    current = environments.pointer().current
    inside = folder_lookup(None if current is None else environments.packages(current))
    everywhere = demands_of(instance, instance.ledger.installations())
    for demand in demands_of(instance, instance.ledger.installations(region)):
        for one in reach([demand], host_lookup(), inside, present=everywhere).unmet:
            state = "is missing" if one.there is None else f"is there in version {one.there}"
            yield Finding(
                "environment-incomplete",
                Severity.ERROR,
                f"app {demand.app}",
                f"{demand.label} needs {one.requirement.name}{one.requirement.specifier}, which {state}",
                _MEND,
                app=demand.app,
            )

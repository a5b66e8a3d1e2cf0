"""Whether every installation can be opened, and what its app says of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from smartcity_share.errors import SecretError, SmartCityError
from smartcity_share.hooks.values import HealthState
from smartcity_share.install.findings import Finding, Severity
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.runtime import make_installation
from smartcity_share.install.scrub import scrubbed
from smartcity_share.install.secret_files import read_secret

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

AT_ONCE: Final = 8
"""How many installations are asked at the same time: one that hangs holds up a few others, and only for its time limit."""


def check_installations(instance: Instance, region: str | None, timeout: float | None = None) -> Iterator[Finding]:
    """Open every installation and ask its app how it is.

    Args:
        instance: The instance.
        region: Only this region; every one if None.
        timeout: Seconds an app has to answer; what ``instance.toml`` says if None.
    """
    seconds = instance.config.limits.health_seconds if timeout is None else timeout
    records = [
        record
        for record in instance.run_here(instance.ledger.installations(region))
        if record.state is InstallationState.ACTIVE and instance.registry_of(record).fault(record.app) is None
    ]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for found in pool.map(lambda record: _asked(instance, record, seconds), records):
            yield from found


def _asked(instance: Instance, record: InstallationRecord, seconds: float) -> list[Finding]:
    registry = instance.registry_of(record)
    try:
        installation = make_installation(instance, record, registry.app(record.app))
    except SecretError:
        return []  # told by the check of secrets, each file by its name
    except SmartCityError as error:
        return [Finding(error.code, Severity.ERROR, record.id, str(error), error.hint or "", record.region, record.app)]
    health = registry.check_health(record.app, installation, seconds)
    if health.state is HealthState.OK:
        return []
    severity = Severity.ERROR if health.state is HealthState.FAILED else Severity.WARNING
    secrets = _secrets(instance, record)
    message, mend = scrubbed(health.message, secrets), scrubbed(health.mend, secrets)
    return [Finding(f"health-{health.state}", severity, record.id, message, mend, record.region, record.app)]


def _secrets(instance: Instance, record: InstallationRecord) -> list[str]:
    """Return the secrets the app knows: what it says may hold one."""
    found = []
    for app in (record.app, REGION_SCOPE):
        for value in instance.ledger.settings(record.region, app):
            if value.secret_ref is not None:
                try:
                    found.append(read_secret(instance.layout, value.secret_ref))
                except SecretError:
                    continue
    return found

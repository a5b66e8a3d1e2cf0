"""Looking for faults, each with its mend; one broken app, region or file never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from smartcity_share.errors import SmartCityError
from smartcity_share.install.checks.apps import check_apps
from smartcity_share.install.checks.catalogues import check_catalogues
from smartcity_share.install.checks.environments import check_environments
from smartcity_share.install.checks.installations import check_installations
from smartcity_share.install.checks.operations import check_operations
from smartcity_share.install.checks.profiles import check_profiles
from smartcity_share.install.checks.secret_modes import check_secrets
from smartcity_share.install.checks.stored import check_audit, check_code, check_databases, check_ledger
from smartcity_share.install.findings import Finding, Severity

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

Check = Callable[["Instance", str | None], Iterable[Finding]]


def checks(timeout: float | None = None) -> tuple[tuple[str, Check], ...]:
    """Return what is looked at, by name, in order.

    Args:
        timeout: Seconds an app has to say how it is; what ``instance.toml`` says if None.
    """
    return (
        ("ledger", check_ledger),
        ("operations", check_operations),
        ("profiles", check_profiles),
        ("secrets", check_secrets),
        ("code", check_code),
        ("environments", check_environments),
        ("catalogues", check_catalogues),
        ("databases", check_databases),
        ("audit trail", check_audit),
        ("apps", check_apps),
        ("health", partial(check_installations, timeout=timeout)),
    )


def diagnose(
    instance: Instance,
    *,
    region: str | None = None,
    timeout: float | None = None,
    watch: Callable[[str], None] | None = None,
) -> tuple[Finding, ...]:
    """Look for everything that is wrong.

    Args:
        instance: The instance; it may have been opened without checking ``instance.toml``.
        region: Only this region; every one if None.
        timeout: Seconds an app has to say how it is; what ``instance.toml`` says if None.
        watch: Told the name of each check before it begins.
    """
    return tuple(finding for name, check in checks(timeout) for finding in _looked(name, check, instance, region, watch))


def _looked(
    name: str, check: Check, instance: Instance, region: str | None, watch: Callable[[str], None] | None
) -> Iterator[Finding]:
    if watch is not None:
        watch(name)
    try:
        yield from check(instance, region)
    except (SmartCityError, OSError) as error:
        hint = error.hint if isinstance(error, SmartCityError) else "Check the path, its rights and the free space."
        code = error.code if isinstance(error, SmartCityError) else "system-refused"
        faults = getattr(error, "faults", ())
        message = str(error) + "".join(f"; {one.where}: {one.message}" for one in faults)
        yield Finding(code, Severity.ERROR, name, message, hint or "", region)

"""Removing an app from a region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from smartcity_share.errors import RefusedError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.environments.planned import planned_environment
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning import RemoveFacts, plan_remove
from smartcity_share.install.runtime import record_of
from smartcity_share.install.steps.settings import setting_to_json

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def planned_removal(instance: Instance, region: str, app: str, export: Path | None) -> Plan:
    """Plan to remove an app from a region.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.
        export: The folder the data go to; None to remove without an export.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there.
    """
    operations = instance.ledger.operation_count(region, app)
    record = record_of(instance, region, app)
    registry = instance.registry_of(record)
    keeps: tuple[str, ...] = ()
    retention = ""
    fault: SmartCityError | None = registry.fault(app)
    if fault is None:
        removal = registry.app(app).manifest.lifecycle.removal
        keeps, retention = tuple(what for what in removal.keeps if what != "audit"), str(removal.retention)
    others = [one for one in instance.ledger.installations() if one.code_location == record.code_location and one != record]
    environment = None
    if record.code_location is not None and not others:
        environment = planned_environment(instance, outgoing=record).change
    target = None if export is None else export.absolute()
    plan = plan_remove(
        RemoveFacts(
            record=record,
            stored=tuple(setting_to_json(value) for value in instance.ledger.settings(region, app)),
            export=None if target is None else str(target),
            export_is_free=target is None or not target.exists() or (target.is_dir() and not any(target.iterdir())),
            loads=fault is None,
            last_user_of_code=not others,
            keeps=keeps,
            retention=retention,
            environment=environment,
        )
    )
    return attrs.evolve(plan, after=operations)


def remove_app(
    instance: Instance,
    region: str,
    app: str,
    *,
    export: Path | None,
    actor: Actor,
    basis: str = "",
    without_export: bool = False,
    watch: Watch | None = None,
) -> Outcome:
    """Remove an app from a region: exported, the export verified, then removed.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.
        export: The folder the data go to.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        without_export: Must be said where ``export`` is None.
        watch: Told of each step before it begins.

    Raises:
        RefusedError: Neither an export nor its absence is asked for, or the plan cannot work.
        SmartCityError: What :func:`planned_removal` and :func:`smartcity_share.install.apply.apply` raise.
    """
    if export is None and not without_export:
        raise RefusedError(
            f"Removing `{app}` from {region} would delete its data",
            faults=(),
            hint="Export them with `--export DIR`, or say `--no-export`.",
        )
    return apply(planned_removal(instance, region, app, export), instance, actor, basis=basis, watch=watch)

"""Removing an app from a region, first phase: exported, verified, served no longer; and bringing it back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from smartcity_share.errors import RefusedError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning_removal import Dependent, RemoveFacts, plan_reinstate, plan_remove
from smartcity_share.install.records import InstallationRecord, InstallationState, RemovalRecord
from smartcity_share.install.runtime import record_of
from smartcity_share.install.steps.removal import removal_to_json

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.manifest.model import Manifest


def planned_removal(instance: Instance, region: str, app: str, export: Path | None) -> Plan:
    """Plan to remove an app from a region; its data are kept aside until somebody signs their erasure off.

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
    dependents: tuple[Dependent, ...] = ()
    fault: SmartCityError | None = registry.fault(app)
    if fault is None:
        manifest = registry.app(app).manifest
        removal = manifest.lifecycle.removal
        keeps, retention = tuple(what for what in removal.keeps if what != "audit"), str(removal.retention)
        dependents = _dependents(instance, region, app, frozenset(manifest.app.provides))
    target = None if export is None else export.absolute()
    plan = plan_remove(
        RemoveFacts(
            record=record,
            export=None if target is None else str(target),
            export_is_free=target is None or not target.exists() or (target.is_dir() and not any(target.iterdir())),
            loads=fault is None,
            keeps=keeps,
            retention=retention,
            dependents=dependents,
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
    """Remove an app from a region: exported, the export verified, then served no longer; its data are kept aside.

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
            f"Removing `{app}` from {region} comes before its data are erased",
            faults=(),
            hint="Export them with `--export DIR`, or say `--no-export`.",
        )
    return apply(planned_removal(instance, region, app, export), instance, actor, basis=basis, watch=watch)


def planned_reinstatement(instance: Instance, region: str, app: str) -> Plan:
    """Plan to bring a removed app back as it was.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there, or was erased.
    """
    operations = instance.ledger.operation_count(region, app)
    record = record_of(instance, region, app)
    removal = removal_of(instance, record)
    plan = plan_reinstate(record, None if removal is None else removal_to_json(removal))
    return attrs.evolve(plan, after=operations)


def reinstate_app(
    instance: Instance, region: str, app: str, *, actor: Actor, basis: str = "", watch: Watch | None = None
) -> Outcome:
    """Bring a removed app back as it was.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        watch: Told of each step before it begins.

    Raises:
        SmartCityError: What :func:`planned_reinstatement` and :func:`smartcity_share.install.apply.apply` raise.
    """
    return apply(planned_reinstatement(instance, region, app), instance, actor, basis=basis, watch=watch)


def removal_of(instance: Instance, record: InstallationRecord) -> RemovalRecord | None:
    """Return the record of the removal of an installation, None where it is not removed, or in use again since a restore."""
    if record.state is not InstallationState.REMOVED:
        return None
    return next(iter(instance.ledger.removals(record.region, record.app)), None)


def _dependents(instance: Instance, region: str, app: str, provides: frozenset[str]) -> tuple[Dependent, ...]:
    """Return the apps in use that need what a connector provides."""
    if not provides:
        return ()
    manifests: dict[str, Manifest] = {}
    for record in instance.ledger.installations(region):
        if record.app != app and record.state is InstallationState.ACTIVE:
            with suppress(SmartCityError):  # `doctor` names what is wrong with it
                manifests[record.app] = instance.discovered(record).manifest
    others = {contract for manifest in manifests.values() for contract in manifest.app.provides}
    return tuple(
        Dependent(name, need.contract, is_required=need.required, has_other=need.contract in others)
        for name, manifest in sorted(manifests.items())
        for need in manifest.needs.connectors
        if need.contract in provides
    )

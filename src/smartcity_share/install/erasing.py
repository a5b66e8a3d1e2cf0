"""Removing an app from a region, second phase: what was kept aside is erased, and a report of it is signed off."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.environments.planned import planned_environment
from smartcity_share.install.export import LIST_FILE
from smartcity_share.install.kept_states import KeptStates
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning_removal import EraseFacts, plan_erase
from smartcity_share.install.removing import removal_of
from smartcity_share.install.runtime import record_of
from smartcity_share.install.steps.removal import removal_to_json
from smartcity_share.install.steps.settings import setting_to_json

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import RemovalRecord

_FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)
_PERIOD: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


def planned_erasure(instance: Instance, region: str, app: str, *, signed_off_by: str, export: Path | None = None) -> Plan:
    """Plan to erase what a removal left.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.
        signed_off_by: Name of the person who signs the erasure off.
        export: Where the export lies now, if it was moved since the removal.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there, or was erased already.
    """
    operations = instance.ledger.operation_count(region, app)
    record = record_of(instance, region, app)
    removal = removal_of(instance, record)
    folder = None
    if removal is not None and removal.export_digest is not None:
        folder = str(export.absolute()) if export is not None else removal.facts["folder"]
    others = [one for one in instance.ledger.installations() if one.code_location == record.code_location and one != record]
    environment = None
    if removal is not None and record.code_location is not None and not others:
        environment = planned_environment(instance, outgoing=record).change
    plan = plan_erase(
        EraseFacts(
            record=record,
            removal=None if removal is None else removal_to_json(removal),
            signed_off_by=signed_off_by,
            export=folder,
            export_is_there=folder is not None and (Path(folder) / LIST_FILE).is_file(),
            keep_until=keep_until(removal) if removal is not None and removal.keeps else None,
            now=instance.now(),
            stored=tuple(setting_to_json(value) for value in instance.ledger.settings(region, app)),
            loads=instance.registry_of(record).fault(app) is None,
            last_user_of_code=not others,
            environment=environment,
            kept=tuple((state.name, state.record.code_location) for state in KeptStates(instance, region, app).all()),
        )
    )
    return attrs.evolve(plan, after=operations)


def erase_app(
    instance: Instance,
    region: str,
    app: str,
    *,
    signed_off_by: str,
    actor: Actor,
    export: Path | None = None,
    basis: str = "",
    watch: Watch | None = None,
) -> Outcome:
    """Erase what a removal left, for good, and write the report of it.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.
        signed_off_by: Name of the person who signs the erasure off.
        actor: Who carries it out.
        export: Where the export lies now, if it was moved since the removal.
        basis: The order or decree it rests on.
        watch: Told of each step before it begins.

    Raises:
        SmartCityError: What :func:`planned_erasure` and :func:`smartcity_share.install.apply.apply` raise.
    """
    plan = planned_erasure(instance, region, app, signed_off_by=signed_off_by, export=export)
    return apply(plan, instance, actor, basis=basis, watch=watch)


def keep_until(removal: RemovalRecord) -> datetime:
    """Return until when a removal asks to keep what it keeps; the last day there is where that is for ever."""
    found = _PERIOD.fullmatch(removal.retention)
    if found is None:
        return _FOR_EVER
    years, months, weeks, days = (int(count or 0) for count in found.groups())
    began = removal.removed_at
    month = began.month - 1 + months
    year = began.year + years + month // 12
    if year > _FOR_EVER.year:
        return _FOR_EVER
    first = began.replace(year=year, month=month % 12 + 1, day=1)
    return first + timedelta(days=began.day - 1 + 7 * weeks + days)

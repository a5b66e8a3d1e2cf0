"""Rolling an installation back: data, files, settings and code of an earlier version as one."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution
from typing import TYPE_CHECKING

import attrs

from smartcity_share.catalogue.seen import revocation_of
from smartcity_share.errors import Fault, Location, RefusedError
from smartcity_share.hooks.code_folders import environment_version
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.environments.demand import AppDemand
from smartcity_share.install.environments.planned import PlannedEnvironment, planned_environment
from smartcity_share.install.file_trees import digests
from smartcity_share.install.kept_states import KeptState, KeptStates
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.plan import Plan
from smartcity_share.install.recorded import record_trouble
from smartcity_share.install.records import InstallationState
from smartcity_share.install.rollback_planning import RollbackFacts, Written, plan_rollback
from smartcity_share.install.runtime import record_of
from smartcity_share.install.shared_settings import shared_back

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord, SettingValue

_MOST_ACTS = 1000
_COMING = ("install", "upgrade", "rollback", "restore", "reinstate")


def planned_rollback(instance: Instance, region: str, app: str) -> Plan:
    """Plan to put a kept state back.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app, perhaps with ``==VERSION``; without, the state before the last upgrade is taken.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there.
        RefusedError: No state of that version is kept.
    """
    name, _, version = app.partition("==")
    operations = instance.ledger.operation_count(region, name)
    record = record_of(instance, region, name)
    states = KeptStates(instance, region, name)
    state = _chosen(record, states.all(), version)
    rest = [one for one in states.all() if one.name != state.name]
    going = (*rest[instance.config.limits.kept_states - 1 :], state)
    environment = _environment(instance, record, state)
    plan = plan_rollback(
        RollbackFacts(
            record=record,
            state=state.name,
            to=state.record,
            taken_at=state.taken_at,
            written=_written(instance, states, state),
            shared=shared_back(
                _by_key(state.shared),
                None if state.shared_after is None else _by_key(state.shared_after),
                _by_key(instance.ledger.settings(region, REGION_SCOPE)),
                others_came=_others_came(instance, record, state),
            ),
            let_go=tuple((one.name, one.record.code_location) for one in going),
            refusals=(*_refusals(instance, record, state, states), *environment.faults),
            environment=environment.change,
            revoked=revocation_of(instance.layout.catalogues, state.record.code_digest or ""),
        )
    )
    return attrs.evolve(plan, after=operations)


def rollback_app(
    instance: Instance, region: str, app: str, *, actor: Actor, basis: str = "", watch: Watch | None = None
) -> Outcome:
    """Roll an app back in a region.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app, perhaps with ``==VERSION``.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        watch: Told of each step before it begins.

    Raises:
        SmartCityError: What :func:`planned_rollback` and :func:`smartcity_share.install.apply.apply` raise.
    """
    return apply(planned_rollback(instance, region, app), instance, actor, basis=basis, watch=watch)


def _chosen(record: InstallationRecord, states: tuple[KeptState, ...], version: str) -> KeptState:
    for state in states:
        if state.record.version == version if version else state.kind == "upgrade":
            return state
    kept = ", ".join(dict.fromkeys(state.record.version for state in states)) or "none"
    wanted = f"of version {version[:40]}" if version else "from before an upgrade"
    raise RefusedError(
        f"Cannot roll `{record.app}` in {record.region} back: no state {wanted} is kept; nothing was changed",
        faults=(Fault("state-not-kept", f"Kept are: {kept}", Location(record.id), "Name one of them, or restore a backup."),),
        hint="Only a version that was installed here and whose state is kept can be rolled back to.",
    )


def _environment(instance: Instance, record: InstallationRecord, state: KeptState) -> PlannedEnvironment:
    """Find out what the code that comes back needs beyond the host, from what the instance kept of it."""
    to = state.record
    incoming = None
    if to.code_location is not None:
        found = sorted((instance.folder / to.code_location).glob("*.dist-info"))
        requires = tuple(Distribution.at(found[0]).requires or ()) if found else ()
        incoming = AppDemand(to.app, to.version, to.distribution, requires)
    return planned_environment(instance, incoming=incoming, outgoing=record, where=Location(record.id))


def _refusals(instance: Instance, record: InstallationRecord, state: KeptState, states: KeptStates) -> tuple[Fault, ...]:
    where, to = Location(record.id), state.record
    found = []
    if record.state is not InstallationState.ACTIVE:
        mend = "See `smartcity status`: an operation on it has not ended."
        found.append(Fault("not-in-use", f"Its state is {record.state}", where, mend))
    if trouble := states.trouble(state):
        found.append(Fault("state-damaged", f"The kept state cannot be used: {trouble}", where, "Restore a backup."))
    if to.code_location is None:
        there = environment_version(to.distribution)
        if there != to.version:
            message = f"The environment has {to.distribution} {there or 'not at all'}; the data are of {to.version}"
            mend = f"Put it back first: `pip install {to.distribution}=={to.version}`."
            found.append(Fault("code-not-there", message, where, mend))
    else:
        folder = instance.folder / to.code_location
        if trouble := record_trouble(folder) if folder.is_dir() else "it is missing":
            mend = "Put the folder back from a backup."
            found.append(Fault("code-not-there", f"The code in {to.code_location} cannot be used: {trouble}", where, mend))
    return tuple(found)


def _by_key(values: Iterable[SettingValue]) -> dict[str, SettingValue]:
    return {value.key: value for value in values}


def _others_came(instance: Instance, record: InstallationRecord, state: KeptState) -> bool:
    """Return whether another app of the region came, or got another version, since a state was kept; in doubt it did."""
    acts = instance.ledger.operations(region=record.region)
    return any(one.app != record.app and one.kind in _COMING and one.started_at >= state.taken_at for one in acts)


def _written(instance: Instance, states: KeptStates, state: KeptState) -> Written:
    record = state.record
    after, now = state.rows_after or state.rows, states.count_rows()
    rows = {table: now.get(table, 0) - after.get(table, 0) for table in {*after, *now} if not table.startswith("alembic_")}
    files = digests(instance.layout.files(record.region, record.app))
    entries = instance.audit.entries(record.region, app=record.app, limit=_MOST_ACTS)
    since = [one for one in entries if one.at > state.taken_at and one.detail.get("operation") != state.name]
    settings = instance.ledger.settings(record.region, record.app)
    kept = {value.key: value for value in state.settings}
    differ = sorted(value.key for value in settings if value.set_at > state.taken_at and value != kept.get(value.key))
    return Written(
        rows={table: count for table, count in rows.items() if count},
        files=sum(1 for name in {*files, *state.files} if files.get(name) != state.files.get(name)),
        acts=len(since),
        settings=tuple(differ),
    )

"""Beginning a rollout: which regions get the version, in which waves; nothing is upgraded yet."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from smartcity_share.catalogue.release import Provenance
from smartcity_share.durable import put_whole, sync_folder
from smartcity_share.errors import Fault, Location, RefusedError, RolloutError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.environments.fetching import local_file
from smartcity_share.install.environments.planned import PlannedEnvironment
from smartcity_share.install.records import InstallationState
from smartcity_share.install.rollouts.provenance import keep_provenance
from smartcity_share.install.rollouts.records import RegionOutcome, RegionState, Rollout, RolloutState, StopRule
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.rollouts.waves import DEFAULT_SHARES, plan_waves, wave_faults
from smartcity_share.install.source import AppSource, opened_source
from smartcity_share.install.staging import environment_of

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


@attrs.frozen
class RolloutPlan:
    """What a rollout will do.

    Attributes:
        app: Id of the app.
        version: The version it brings.
        digest: SHA-256 of the wheel.
        waves: Codes of the regions of each wave.
        before: The version each region has.
        left_out: Region -> why it is not among them.
        faults: Why it cannot begin.
        packages: Wheels the version needs that the instance does not keep yet, each with its SHA-256.
        provenance: The catalogue the wheel was found in; None where it came otherwise.
        notices: What the person should know of where it comes from.
    """

    app: str
    version: str
    digest: str
    waves: tuple[tuple[str, ...], ...]
    before: dict[str, str]
    left_out: dict[str, str]
    faults: tuple[Fault, ...] = ()
    packages: tuple[tuple[Path, str], ...] = ()
    provenance: Provenance | None = None
    notices: tuple[str, ...] = ()


def plan_rollout(
    instance: Instance,
    app: str | None,
    wheel: Path | AppSource,
    *,
    pilots: Sequence[str] = (),
    shares: Sequence[float] = DEFAULT_SHARES,
    wheels: Sequence[Path] = (),
) -> RolloutPlan:
    """Return what a rollout of a wheel would do; the ledger alone says who has the app.

    What the version needs beyond the host is looked for here: where it cannot be had, or does not fit what other apps need, no
    rollout begins.

    Args:
        instance: The instance.
        app: Id of the app; None takes what the wheel holds.
        wheel: The wheel, or what was opened of one.
        pilots: Codes of the first wave; the first region by its code where none is named.
        shares: Percent of all regions that have the version after each further wave.
        wheels: Folders with wheels of packages it needs, besides the folder its own wheel lies in.

    Raises:
        PackageError: The wheel cannot be used.
        ManifestError: Its manifest has faults.
        HostApiError: It is made for another range of the host API.
        OperationError: uv or pip cannot be run, or what says which environment is in use was damaged.
    """
    with opened_source(instance, app, wheel) as source:
        found, code = source.app, source.code
        environment = _environment(instance, source, source.beside(wheel), wheels)
    held = {one.region: one.fault for one in RolloutStore(instance.storage.jobs).quarantine() if one.app == found}
    before: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for record in instance.ledger.installations(app=found):
        if record.code_location == code.location:
            left_out[record.region] = "it has this version already"
        elif record.region in held:
            left_out[record.region] = f"it is in quarantine: {held[record.region]}"
        elif record.state is not InstallationState.ACTIVE:
            left_out[record.region] = f"its state is {record.state}"
        else:
            before[record.region] = record.version
    faults = (*wave_faults(before, pilots, shares), *(environment.faults if before else ()))
    if not before:
        message = f"No region has `{found}` in a version that can be upgraded to {code.version}"
        faults = (*faults, Fault("rollout-empty", message, Location(found), "See `smartcity status` for who has what."))
    waves = () if faults else plan_waves(before, pilots, shares)
    packages = _packages(environment)
    notices = (*source.notices, *environment.notices)
    return RolloutPlan(
        found, code.version, code.digest or "", waves, before, left_out, faults, packages, code.provenance, notices
    )


def _environment(instance: Instance, source: AppSource, wheel: Path | None, wheels: Sequence[Path]) -> PlannedEnvironment:
    """Find out what the first region that gets the version needs; the others share it."""
    records = [one for one in instance.ledger.installations(app=source.app) if one.code_location != source.code.location]
    if not records:
        return PlannedEnvironment()
    return environment_of(instance, records[0].region, source, wheel, wheels, outgoing=records[0])


def _packages(environment: PlannedEnvironment) -> tuple[tuple[Path, str], ...]:
    if environment.change is None:
        return ()
    kept, found = environment.change.kept, environment.change.packages
    local = ((local_file(one.origin), one.sha256) for one in found if one.sha256 not in kept)
    return tuple((path, digest) for path, digest in local if path is not None)


def begin_rollout(
    instance: Instance,
    plan: RolloutPlan,
    wheel: Path,
    actor: Actor,
    *,
    basis: str = "",
    stop_rule: StopRule | None = None,
    answers: Sequence[str] = (),
) -> Rollout:
    """Write a rollout down and keep its wheel and those it needs, so that it can be carried on tomorrow; no region is changed.

    Args:
        instance: The instance.
        plan: From :func:`plan_rollout`.
        wheel: The wheel it was planned with.
        actor: Who begins it.
        basis: The order or decree it rests on.
        stop_rule: When it stops by itself; the usual rule where none is given.
        answers: Values for new settings, as ``KEY=VALUE``, the same for every region. They are kept in the open: no secrets.

    Raises:
        RefusedError: The plan has faults.
        RolloutError: Another rollout of the app has not ended, or a wheel is another than the one of the plan.
    """
    if plan.faults:
        raise RefusedError(
            f"Cannot roll out `{plan.app}` {plan.version}: nothing was changed",
            faults=plan.faults,
            hint="Mend each as its line says, then try again.",
        )
    now = instance.now()
    rollout_id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    kept = instance.layout.rollout(rollout_id) / wheel.name
    kept.parent.mkdir(parents=True)
    try:
        for path, digest in ((wheel, plan.digest), *plan.packages):
            _keep(path, kept.with_name(path.name), digest)
        if plan.provenance is not None:
            keep_provenance(kept, plan.provenance)
        rollout = Rollout(
            id=rollout_id,
            app=plan.app,
            version=plan.version,
            wheel=kept.relative_to(instance.folder).as_posix(),
            digest=plan.digest,
            waves=plan.waves,
            approvals=(),
            stop_rule=stop_rule or StopRule(),
            answers=tuple(answers),
            state=RolloutState.RUNNING,
            actor=actor.name,
            basis=basis,
            begun_at=now,
        )
        regions = tuple(
            RegionOutcome(code, number, RegionState.WAITING, plan.before[code])
            for number, wave in enumerate(plan.waves)
            for code in wave
        )
        RolloutStore(instance.storage.jobs).add(rollout, regions)
    except BaseException:
        shutil.rmtree(kept.parent)
        raise
    return rollout


def _keep(wheel: Path, kept: Path, digest: str) -> None:
    """Copy a wheel so that it outlasts a power failure, and refuse one that is no longer what was planned with."""
    put_whole(kept, lambda beside: shutil.copyfile(wheel, beside))
    if file_digest(kept) != digest:
        raise RolloutError(
            f"{wheel.name} is not the wheel the rollout was planned with: it was changed meanwhile",
            hint="Nothing was changed. Look who wrote to it, then plan again: `smartcity rollout begin`.",
        )
    sync_folder(kept.parent.parent)
    sync_folder(kept.parent.parent.parent)

"""Plans of the two phases of a removal, and of the way back from the first: pure, values in, plan out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from smartcity_share.errors import Fault, Location
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning import environment_steps
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.code import DropCode
from smartcity_share.install.steps.erasure import Erase, WriteReport
from smartcity_share.install.steps.export import Export, VerifyExport
from smartcity_share.install.steps.hooks import Deprovision, HealthProbe
from smartcity_share.install.steps.records import Activate, DropInstallation, StopServing, record_to_json
from smartcity_share.install.steps.removal import ForgetRemoval, RecordRemoval, Retire
from smartcity_share.install.steps.settings import WriteSettings
from smartcity_share.install.steps.states import LetGo
from smartcity_share.install.steps.storage import SetAside

_ACTIVE, _REMOVING, _REMOVED = InstallationState.ACTIVE, InstallationState.REMOVING, InstallationState.REMOVED


@attrs.frozen
class Dependent:
    """An app of the region that uses what a connector provides.

    Attributes:
        app: Id of the app.
        contract: What it needs.
        is_required: Whether it does not work without it.
        has_other: Whether another connector of the region provides it too.
    """

    app: str
    contract: str
    is_required: bool
    has_other: bool


@attrs.frozen
class RemoveFacts:
    """What a removal is planned from.

    Attributes:
        record: The installation.
        export: The folder the data go to; None to remove without an export.
        export_is_free: Whether that folder can be used.
        loads: Whether the app can be loaded.
        keeps: What the manifest says removal keeps, besides the audit trail.
        retention: For how long.
        dependents: The apps that use it.
    """

    record: InstallationRecord
    export: str | None
    export_is_free: bool
    loads: bool
    keeps: tuple[str, ...] = ()
    retention: str = ""
    dependents: tuple[Dependent, ...] = ()


def plan_remove(facts: RemoveFacts) -> Plan:
    """Plan the first phase: everything is exported, the export is verified, and the app is served no longer.

    Args:
        facts: What was found.
    """
    record = facts.record
    steps: list[Step] = [StopServing(record.state, _REMOVING)]
    if facts.export is not None:
        steps += [Export(facts.export, facts.loads), VerifyExport(facts.export)]
    steps += [
        RecordRemoval(record.version, facts.export, facts.keeps, facts.retention),
        RecordAct("app.removed", {"version": record.version, "export": facts.export}),
        Retire(_REMOVING, _REMOVED),
    ]
    return _plan("remove", record, steps, notices=_removal_notices(facts), refusals=_removal_refusals(facts))


def plan_reinstate(record: InstallationRecord, removal: Mapping[str, Any] | None) -> Plan:
    """Plan the way back from the first phase.

    Args:
        record: The installation.
        removal: The record of its removal, as JSON; None where it was not removed.
    """
    if removal is None:
        return _plan("reinstate", record, [], refusals=(_not_removed(record),))
    steps: list[Step] = [
        ForgetRemoval(removal),
        HealthProbe(may_fail=True),
        RecordAct("app.reinstated", {"version": record.version}),
        Activate(_REMOVED, _ACTIVE),
    ]
    return _plan("reinstate", record, steps)


@attrs.frozen
class EraseFacts:
    """What an erasure is planned from.

    Attributes:
        record: The installation.
        removal: The record of its removal, as JSON; None where it was not removed.
        signed_off_by: Who signs it off.
        export: Where the export lies now; None where there is none.
        export_is_there: Whether there is an export in that folder.
        keep_until: Until when the manifest asks to keep what the removal keeps.
        now: The present moment.
        stored: The stored settings of the installation, as JSON.
        loads: Whether the app can be loaded.
        last_user_of_code: Whether no other region uses its code folder.
        environment: What becomes of the packages apps need beyond the host; None where nothing does.
        kept: States of it that upgrades kept: name and code folder.
    """

    record: InstallationRecord
    removal: Mapping[str, Any] | None
    signed_off_by: str
    export: str | None
    export_is_there: bool
    keep_until: datetime | None
    now: datetime
    stored: tuple[dict[str, Any], ...]
    loads: bool
    last_user_of_code: bool
    environment: EnvironmentChange | None = None
    kept: tuple[tuple[str, str | None], ...] = ()


def plan_erase(facts: EraseFacts) -> Plan:
    """Plan the second phase: what was removed is erased, for good, and a report of it is signed off.

    Args:
        facts: What was found.
    """
    record, removal = facts.record, facts.removal
    if removal is None:
        return _plan("erase", record, [], refusals=(_not_removed(record),))
    environment = environment_steps(facts.environment)
    steps: list[Step] = [*environment.prepare]
    if facts.export is not None and facts.export_is_there:
        steps.append(VerifyExport(facts.export, removal["export_digest"]))
    if facts.loads:
        steps.append(Deprovision())
    steps += [SetAside("data"), SetAside("secrets")]
    if facts.stored:
        drop = tuple((value["app"], value["key"]) for value in facts.stored)
        steps.append(WriteSettings((), drop, facts.stored))
    drops_code = record.code_location is not None and facts.last_user_of_code
    steps.append(DropInstallation(record_to_json(record), removal, facts.signed_off_by, facts.export, drops_code))
    if record.code_location is not None and facts.last_user_of_code:
        steps.append(DropCode(record.code_location))
    act = {"version": record.version, "signed_off_by": facts.signed_off_by, "removed_by": removal["operation"]}
    steps += [*environment.switch, *environment.tidy, Erase()]
    if facts.kept:  # after what erases whatever the operation has set aside, the list of this step too
        steps.append(LetGo(tuple(name for name, _ in facts.kept), tuple(code for _, code in facts.kept if code is not None)))
    steps += [WriteReport(), RecordAct("app.erased", act)]
    return _plan("erase", record, steps, notices=_erasure_notices(facts), refusals=_erasure_refusals(facts, removal))


def _plan(
    kind: str, record: InstallationRecord, steps: list[Step], notices: tuple[str, ...] = (), refusals: tuple[Fault, ...] = ()
) -> Plan:
    return Plan(kind, record.region, record.app, record.version, tuple(steps), notices, refusals)


def _removal_notices(facts: RemoveFacts) -> tuple[str, ...]:
    notices = []
    if not facts.loads:
        notices.append("the app cannot be loaded: it writes no export of its own")
    if facts.keeps and facts.export is not None:
        notices.append(f"the app asks to keep {', '.join(facts.keeps)} for {facts.retention}: keep the export that long")
    if facts.export is None:
        notices.append("no export is made: once it is erased, data, files and settings of the region in this app are gone")
    for one in facts.dependents:
        if one.has_other:
            after = "another connector provides it too"
        else:
            after = "does not work without it" if one.is_required else "goes on without it"
        notices.append(f"`{one.app}` uses it for `{one.contract}`: {after}")
    return tuple(notices)


def _removal_refusals(facts: RemoveFacts) -> tuple[Fault, ...]:
    where = Location(facts.record.id)
    found = []
    if facts.record.state == _REMOVED:
        again = f"smartcity remove {facts.record.app} --region {facts.record.region}"
        mend = f"Erase its data: `{again} --erase --signed-off-by NAME`; or bring it back: `{again} --cancel`."
        return (Fault("already-removed", "It was removed already; its data wait to be erased", where, mend),)
    if facts.export is not None and not facts.export_is_free:
        taken = f"{facts.export} is not an empty folder"
        found.append(Fault("export-folder-taken", taken, Location("--export"), "Name a folder that does not exist yet."))
    if facts.export is None and facts.keeps:
        asked = f"The app asks to keep {', '.join(facts.keeps)} for {facts.retention} after its removal"
        found.append(Fault("export-required", asked, where, "Export it: `--export DIR`."))
    for one in facts.dependents:
        if one.is_required and not one.has_other:
            needed = f"`{one.app}` does not work without a connector for `{one.contract}`, and this is the only one"
            mend = f"Install another connector that provides it, or remove `{one.app}` first."
            found.append(Fault("connector-needed", needed, where, mend))
    return tuple(found)


def _erasure_notices(facts: EraseFacts) -> tuple[str, ...]:
    notices = ["there is no way back once it has begun to erase; backups and exports made before are not touched"]
    if not facts.loads:
        notices.append("the app cannot be loaded: it releases nothing it holds outside")
    if facts.export is not None and not facts.export_is_there:
        notices.append(f"the export is not in {facts.export} any more, and need not be kept any longer")
    return tuple(notices)


def _erasure_refusals(facts: EraseFacts, removal: Mapping[str, Any]) -> tuple[Fault, ...]:
    found = []
    if not facts.signed_off_by.strip():
        mend = "Say who: `--signed-off-by NAME`."
        found.append(Fault("sign-off-missing", "Nobody signs the erasure off", Location("--signed-off-by"), mend))
    if facts.export is not None and not facts.export_is_there and facts.keep_until is not None and facts.now < facts.keep_until:
        what = ", ".join(removal["keeps"])
        lost = f"There is no export in {facts.export}, and {what} must be kept until {facts.keep_until:%Y-%m-%d}"
        mend = "Say where it lies now: `--export DIR`. If it is lost, bring the app back with `--cancel` and remove it again."
        found.append(Fault("export-missing", lost, Location("--export"), mend))
    return tuple(found)


def _not_removed(record: InstallationRecord) -> Fault:
    mend = f"Remove it first: `smartcity remove {record.app} --region {record.region} --export DIR`."
    return Fault("not-removed", f"`{record.app}` is {record.state} in {record.region}", Location(record.id), mend)

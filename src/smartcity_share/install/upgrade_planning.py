"""Plans of upgrade and rollback: pure, values in, plan out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from smartcity_share.errors import Fault, Location
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.plan import Plan, change_as_json
from smartcity_share.install.planning import Code, code_facts, environment_steps, settings_steps
from smartcity_share.install.records import InstallationRecord, InstallationState, SettingValue
from smartcity_share.install.settings_change import SettingsOutcome
from smartcity_share.install.settings_migration import MigratedSettings
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.code import StoreCode
from smartcity_share.install.steps.hooks import HealthProbe
from smartcity_share.install.steps.overrides import WriteOverrides
from smartcity_share.install.steps.records import Activate, StopServing, record_to_json
from smartcity_share.install.steps.settings import WriteSecrets, WriteSettings, setting_to_json
from smartcity_share.install.steps.states import KeepState, LetGo, NoteRows
from smartcity_share.install.steps.storage import CreateDatabase
from smartcity_share.install.steps.upgrade import AfterUpgrade, CarrySecrets, MigrateTables, SwitchCode

_ACTIVE = InstallationState.ACTIVE


@attrs.frozen
class OverridesFacts:
    """What becomes of the overrides.

    Attributes:
        before: The text of their file, None where there is none.
        after: Its new text.
        parts: The parts that change.
    """

    before: str | None = None
    after: str | None = None
    parts: tuple[str, ...] = ()


@attrs.frozen
class UpgradeFacts:
    """What an upgrade is planned from.

    Attributes:
        record: The installation.
        code: Where the code of the new version comes from.
        data_epoch: Epoch of its data.
        migrated: What becomes of the stored settings.
        settings: What became of the answers.
        touched: Every stored value of the app and of the region, for the way back.
        secrets_there: Places of secrets that hold one now.
        overrides: What becomes of the overrides.
        tables: ``migrate``, ``create``, or empty where it stores nothing.
        template: Name of the template and whether it is kept, where the tables are made.
        let_go: Kept states that are one too many: name and code folder.
        refusals: What keeps it from working.
        notices: What the person should know.
        news: What the version changes.
        environment: What becomes of the packages apps need beyond the host; None where nothing does.
    """

    record: InstallationRecord
    code: Code
    data_epoch: int
    migrated: MigratedSettings
    settings: SettingsOutcome
    touched: tuple[SettingValue, ...]
    secrets_there: frozenset[str]
    overrides: OverridesFacts
    tables: str
    template: tuple[str, bool] | None = None
    let_go: tuple[tuple[str, str | None], ...] = ()
    refusals: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
    news: str = ""
    environment: EnvironmentChange | None = None


def plan_upgrade(facts: UpgradeFacts) -> Plan:
    """Plan to bring an installation to another version; a plan without steps where it has it already.

    Args:
        facts: What was found.
    """
    record, code = facts.record, facts.code
    same = (record.version, record.code_location) == (code.version, code.location)
    settings, secrets = _settings_steps(facts)
    steps = () if same else tuple(_upgrade_steps(facts, settings))
    return Plan(
        kind="upgrade",
        region=record.region,
        app=record.app,
        version=code.version,
        steps=steps,
        notices=(f"{record.id} has this version already", *facts.notices)
        if same
        else (*facts.migrated.notices, *facts.notices),
        refusals=() if same else (*facts.refusals, *facts.migrated.faults),
        setting_faults=() if same else facts.settings.faults,
        changes=facts.settings.changes,
        secrets=secrets,
        from_version=record.version,
        news=facts.news,
        provenance=code.provenance,
    )


def _upgrade_steps(facts: UpgradeFacts, settings: Sequence[Step]) -> Iterator[Step]:
    record, code = facts.record, facts.code
    environment = environment_steps(facts.environment)
    yield from environment.prepare
    if code.location is not None and code.wheel is not None:
        yield StoreCode(location=code.location, wheel=code.wheel, shared=code.shared)
    yield StopServing(_ACTIVE, InstallationState.UPGRADING)
    yield KeepState("upgrade", record_to_json(record))
    yield SwitchCode(record_to_json(record), record_to_json(record_on(record, code, facts.data_epoch)))
    yield from environment.switch
    yield from settings
    if facts.overrides.before != facts.overrides.after:
        yield WriteOverrides(facts.overrides.after, facts.overrides.before, facts.overrides.parts)
    if facts.tables == "create" and facts.template is not None:
        yield CreateDatabase(*facts.template, facts.data_epoch)
    elif facts.tables == "migrate":
        yield MigrateTables(facts.data_epoch)
    yield AfterUpgrade(record.version)
    yield HealthProbe()
    yield NoteRows()
    yield from let_go_steps(facts.let_go)
    detail: dict[str, Any] = {
        "version": code.version,
        "from_version": record.version,
        "settings": [change_as_json(change) for change in facts.settings.changes],
        "renamed": dict(facts.migrated.renamed),
        "taken_out": sorted(value.key for value in facts.migrated.dropped if value.key not in facts.migrated.renamed),
        "overrides": list(facts.overrides.parts),
    }
    yield RecordAct("app.upgraded", {**detail, **code_facts(code)})
    yield Activate(InstallationState.UPGRADING, _ACTIVE)
    yield from environment.tidy


def record_on(record: InstallationRecord, code: Code, data_epoch: int) -> InstallationRecord:
    """Return the record of an installation on other code."""
    return attrs.evolve(
        record,
        version=code.version,
        distribution=code.distribution,
        data_epoch=data_epoch,
        code_location=code.location,
        code_digest=code.digest,
    )


def _settings_steps(facts: UpgradeFacts) -> tuple[tuple[Step, ...], dict[str, str]]:
    """Return the steps for settings: the stored ones carried over, the answers laid over them, in one transaction."""
    migrated, changes = facts.migrated, facts.settings.changes
    answered = {change.key for change in changes}
    made, secrets = settings_steps(facts.record.region, changes)
    own = [step for step in made if isinstance(step, WriteSettings)]
    written = [ref for step in made if isinstance(step, WriteSecrets) for ref in step.put]
    put = [{"app": one.app, "key": one.key, "value": one.value, "secret_ref": None} for one in migrated.rewritten]
    put = [value for value in put if value["key"] not in answered] + [dict(value) for step in own for value in step.put]
    drop = [(one.app, one.key) for one in migrated.dropped] + [pair for step in own for pair in step.drop]
    carried = tuple(setting_to_json(value) for value in migrated.carried if value.key not in answered)
    placed = {(value["app"], value["key"]) for value in (*put, *carried)}
    moved = tuple(pair for pair in migrated.moved if pair[1] not in written)
    dropped = tuple(one.secret_ref for one in migrated.dropped if one.secret_ref is not None and one.secret_ref not in written)
    steps: list[Step] = []
    if moved or dropped:
        places = dict.fromkeys((*dropped, *(ref for _, ref in moved)))
        steps.append(CarrySecrets(moved, dropped, tuple(ref for ref in places if ref in facts.secrets_there)))
    if written:
        steps.append(WriteSecrets(tuple(written), (), tuple(ref for ref in written if ref in facts.secrets_there)))
    if put or drop or carried:
        before = tuple(
            setting_to_json(one) for one in facts.touched if one.app == facts.record.app or (one.app, one.key) in placed
        )
        rest = tuple(pair for pair in dict.fromkeys(drop) if pair not in placed)
        steps.append(WriteSettings(tuple(put), rest, before, carried))
    return tuple(steps), secrets


def let_go_steps(states: Sequence[tuple[str, str | None]]) -> tuple[Step, ...]:
    """Return the step that lets kept states go, given by name and code folder; none where there are none."""
    if not states:
        return ()
    codes = dict.fromkeys(code for _, code in states if code is not None)
    return (LetGo(tuple(name for name, _ in states), tuple(codes)),)


def version_refusals(record: InstallationRecord, version: str, data_epoch: int, upgrades_from: str) -> tuple[Fault, ...]:
    """Return what the two versions alone say against an upgrade.

    Args:
        record: The installation.
        version: The new version.
        data_epoch: Epoch of its data.
        upgrades_from: Range of versions it can be reached from; empty for every one.
    """
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    where = Location(record.id)
    found = []
    if record.state is not _ACTIVE:
        mend = "See `smartcity status`: an operation on it has not ended."
        found.append(Fault("not-in-use", f"Its state is {record.state}", where, mend))
    if Version(version) < Version(record.version):
        mend = f"Put the old version back with its data: `smartcity rollback {record.app} --region {record.region}`."
        found.append(Fault("downgrade-refused", f"{version} is older than {record.version}, which wrote the data", where, mend))
    elif data_epoch < record.data_epoch:
        message = f"{version} has data epoch {data_epoch}; the data have epoch {record.data_epoch}"
        found.append(Fault("data-epoch-older", message, where, "Its maker raises `data_epoch` in the manifest."))
    if upgrades_from and not SpecifierSet(upgrades_from).contains(record.version, prereleases=True):
        message = f"{version} can be reached from {upgrades_from}; this is {record.version}"
        found.append(Fault("upgrade-path-missing", message, where, f"Upgrade to a version {upgrades_from} first."))
    return tuple(found)

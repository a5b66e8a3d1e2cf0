"""Plans of install and configure: pure, values in, plan out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from smartcity_share.catalogue.release import Provenance
from smartcity_share.errors import Fault, Location
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.plan import Plan, change_as_json
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.secret_files import secret_ref
from smartcity_share.install.settings_change import SettingChange, SettingsOutcome
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.code import StoreCode
from smartcity_share.install.steps.environment import BuildEnvironment, DropEnvironments, StorePackages, SwitchEnvironment
from smartcity_share.install.steps.hooks import HealthProbe, Provision
from smartcity_share.install.steps.records import Activate, RecordInstallation
from smartcity_share.install.steps.settings import WriteSecrets, WriteSettings, setting_to_json
from smartcity_share.install.steps.storage import CreateDatabase, CreateFiles

_INSTALLING, _ACTIVE = InstallationState.INSTALLING, InstallationState.ACTIVE


@attrs.frozen
class Code:
    """Where the code of an app comes from and where it lies.

    Attributes:
        version: Version of the app.
        distribution: Name of its distribution.
        location: Its folder relative to the instance; None for an app of the environment.
        digest: SHA-256 of the wheel; None for an app of the environment.
        wheel: The wheel file; None for an app of the environment.
        shared: Whether the folder is there because another region uses it.
        provenance: The catalogue it was found in; None where it came otherwise.
    """

    version: str
    distribution: str
    location: str | None = None
    digest: str | None = None
    wheel: str | None = None
    shared: bool = False
    provenance: Provenance | None = None


@attrs.frozen
class InstallFacts:
    """What an install is planned from.

    Attributes:
        region: Code of the region.
        app: Id of the app.
        code: Where its code comes from.
        data_epoch: Epoch of its data.
        template: Name of the template of its database; None for an app that stores nothing.
        template_kept: Whether the template is there already.
        settings: What became of the answers.
        unmet: Requirements that keep it from working, with the mend.
        notices: What the person should know.
        environment: What becomes of the packages apps need beyond the host; None where nothing does.
    """

    region: str
    app: str
    code: Code
    data_epoch: int
    template: str | None
    template_kept: bool
    settings: SettingsOutcome
    unmet: tuple[tuple[str, str, str], ...] = ()
    notices: tuple[str, ...] = ()
    environment: EnvironmentChange | None = None


def plan_install(facts: InstallFacts) -> Plan:
    """Plan to install an app.

    Args:
        facts: What was found; whatever can be told before the app is loaded has been judged.
    """
    code = facts.code
    environment = environment_steps(facts.environment)
    steps: list[Step] = [*environment.prepare]
    if code.location is not None and code.wheel is not None:
        steps.append(StoreCode(location=code.location, wheel=code.wheel, shared=code.shared))
    steps += environment.switch
    steps.append(RecordInstallation(code.version, code.distribution, facts.data_epoch, code.location, code.digest))
    setting_steps, secrets = settings_steps(facts.region, facts.settings.changes)
    steps += setting_steps
    if facts.template is not None:
        steps.append(CreateDatabase(facts.template, facts.template_kept, facts.data_epoch))
    detail = {**_act(code.version, facts.settings.changes), **code_facts(code)}
    steps += [
        CreateFiles(),
        Provision(),
        HealthProbe(),
        RecordAct("app.installed", detail),
        Activate(_INSTALLING, _ACTIVE),
        *environment.tidy,
    ]
    where = Location(f"{facts.region}/{facts.app}")
    return Plan(
        kind="install",
        region=facts.region,
        app=facts.app,
        version=code.version,
        steps=tuple(steps),
        notices=facts.notices + _shared_notices(facts.settings.changes),
        refusals=tuple(Fault(fault, message, where, mend) for fault, message, mend in facts.unmet),
        setting_faults=facts.settings.faults,
        changes=facts.settings.changes,
        secrets=secrets,
        provenance=code.provenance,
    )


def plan_configure(record: InstallationRecord, outcome: SettingsOutcome, *, has_failed: bool) -> Plan:
    """Plan to change settings; a plan without steps where every value is there already.

    Args:
        record: The installation.
        outcome: What became of the answers.
        has_failed: Whether the app says now that it does not work.
    """
    setting_steps, secrets = settings_steps(record.region, outcome.changes)
    steps: list[Step] = list(setting_steps)
    if steps:
        steps.append(HealthProbe(may_fail=has_failed))
        steps.append(RecordAct("settings.changed", _act(record.version, outcome.changes)))
    return Plan(
        kind="configure",
        region=record.region,
        app=record.app,
        version=record.version,
        steps=tuple(steps),
        notices=_shared_notices(outcome.changes),
        setting_faults=outcome.faults,
        changes=outcome.changes,
        secrets=secrets,
    )


@attrs.frozen
class EnvironmentSteps:
    """The steps about packages, by the place they have in a plan.

    Attributes:
        prepare: Before anything that is in use is touched: wheels are kept, the environment is made beside.
        switch: Together with the change of code, before the code is loaded; in a removal once everything of the app is gone.
        tidy: After the last step that may fail: what is no longer kept is set aside.
    """

    prepare: tuple[Step, ...] = ()
    switch: tuple[Step, ...] = ()
    tidy: tuple[Step, ...] = ()


def environment_steps(change: EnvironmentChange | None) -> EnvironmentSteps:
    """Return the steps that change the packages apps need beyond the host: pure, for every kind of plan.

    An upgrade asks :func:`smartcity_share.install.environments.planned.planned_environment` what has to change, with the
    demand of the new code as ``incoming`` and the record of the installation as ``outgoing``, and refuses with its ``faults``.
    Its plan is ``[*found.prepare, store-code, …, *found.switch, the record of the new code, …, *found.tidy]``. Whatever loads
    the new code while it is planned has :func:`smartcity_share.install.environments.staging.staged_environment` around it.

    Args:
        change: What has to change; None where nothing does, and there are no steps then.
    """
    if change is None:
        return EnvironmentSteps()
    packages = tuple(one.as_json() for one in change.packages)
    prepare: tuple[Step, ...] = ()
    if change.after is not None:
        prepare = (
            StorePackages(packages, change.kept),
            BuildEnvironment(change.code_set, change.after, packages, change.existed),
        )
    switch: tuple[Step, ...] = ()
    if change.after != change.before:
        switch = (SwitchEnvironment(change.code_set, change.before, change.after, change.earlier, change.required),)
    tidy = (DropEnvironments(change.code_set, change.dropped, change.dropped_wheels),) if change.dropped else ()
    return EnvironmentSteps(prepare, switch, tidy)


def settings_steps(region: str, changes: Sequence[SettingChange]) -> tuple[tuple[Step, ...], dict[str, str]]:
    """Return the steps that bring settings to new values, and the new secrets by where they will lie.

    Args:
        region: Code of the region.
        changes: What changes.
    """
    if not changes:
        return (), {}
    secret = [change for change in changes if change.is_secret]
    refs = {change.key: secret_ref(region, change.scope, change.key) for change in secret}
    secrets = {refs[change.key]: change.secret for change in secret if change.secret is not None}
    put = tuple(
        {"app": change.scope, "key": change.key, "value": change.after, "secret_ref": refs.get(change.key)}
        for change in changes
        if not change.unset
    )
    drop = tuple((change.scope, change.key) for change in changes if change.unset)
    before = tuple(setting_to_json(change.before) for change in changes if change.before is not None)
    steps: list[Step] = []
    if secret:
        steps.append(
            WriteSecrets(
                put=tuple(secrets),
                drop=tuple(refs[change.key] for change in secret if change.unset),
                existing=tuple(refs[change.key] for change in secret if change.before is not None),
            )
        )
    steps.append(WriteSettings(put, drop, before))
    return tuple(steps), secrets


def _act(version: str, changes: Sequence[SettingChange]) -> dict[str, Any]:
    return {"version": version, "settings": [change_as_json(change) for change in changes]}


def code_facts(code: Code) -> dict[str, Any]:
    """Return what the audit trail keeps of where code came from.

    Args:
        code: The code.
    """
    return {
        **({} if code.digest is None else {"wheel_sha256": code.digest}),
        **({} if code.provenance is None else {"catalogue": code.provenance.as_json()}),
    }


def _shared_notices(changes: Sequence[SettingChange]) -> tuple[str, ...]:
    shared = [change.key for change in changes if change.scope.startswith("_")]
    return (f"{', '.join(shared)}: shared by every app of the region that has this setting",) if shared else ()

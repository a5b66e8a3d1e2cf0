"""Plans of a rollback: pure, values in, plan out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from smartcity_share.errors import Fault
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning import environment_steps
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.shared_settings import SharedBack
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.hooks import HealthProbe
from smartcity_share.install.steps.records import Activate, StopServing, record_to_json
from smartcity_share.install.steps.states import KeepState, NoteRows, RestoreState
from smartcity_share.install.steps.upgrade import SwitchCode
from smartcity_share.install.upgrade_planning import let_go_steps

_ACTIVE = InstallationState.ACTIVE


@attrs.frozen
class Written:
    """What was written since a state was kept, and would be lost with a rollback.

    Attributes:
        rows: Table -> how many more or fewer rows than right after the upgrade.
        files: How many files are new or changed since, or gone.
        acts: How many acts the audit trail has since.
        settings: Settings that have another value than the state has.
    """

    rows: Mapping[str, int] = attrs.field(factory=dict)
    files: int = 0
    acts: int = 0
    settings: tuple[str, ...] = ()

    def sentences(self, since: datetime) -> tuple[str, ...]:
        """Return what would be lost, in words; nothing where nothing was written."""
        found = [f"{table} {count:+}" for table, count in sorted(self.rows.items())]
        parts = [f"rows: {', '.join(found)}"] if found else []
        parts += [f"files: {self.files} new, changed or gone"] if self.files else []
        parts += [f"acts in the audit trail: {self.acts}"] if self.acts else []
        parts += [f"settings that differ: {', '.join(self.settings)}"] if self.settings else []
        return tuple(f"{part} (since {since:%Y-%m-%d %H:%M} UTC)" for part in parts)


@attrs.frozen
class RollbackFacts:
    """What a rollback is planned from.

    Attributes:
        record: The installation.
        state: Name of the kept state.
        to: The record the state belongs to.
        taken_at: When it was kept.
        written: What was written since.
        shared: What becomes of the settings the apps of the region share.
        let_go: Kept states that go afterwards: name and code folder.
        refusals: What keeps it from working.
        environment: What becomes of the packages apps need beyond the host; None where nothing does.
        revoked: By whom, when and why the code that comes back was revoked; empty where it was not.
    """

    record: InstallationRecord
    state: str
    to: InstallationRecord
    taken_at: datetime
    written: Written
    shared: SharedBack
    let_go: tuple[tuple[str, str | None], ...] = ()
    refusals: tuple[Fault, ...] = ()
    environment: EnvironmentChange | None = None
    revoked: str = ""


def plan_rollback(facts: RollbackFacts) -> Plan:
    """Plan to put a kept state back, with its code as one.

    Args:
        facts: What was found.
    """
    record, to = facts.record, facts.to
    back = attrs.evolve(to, installed_at=record.installed_at)
    environment = environment_steps(facts.environment)
    steps = (
        *environment.prepare,
        StopServing(_ACTIVE, InstallationState.ROLLING_BACK),
        KeepState("rollback", record_to_json(record)),
        RestoreState(facts.state),
        *facts.shared.steps(),
        SwitchCode(record_to_json(record), record_to_json(back)),
        *environment.switch,
        HealthProbe(),
        NoteRows(),
        *let_go_steps(facts.let_go),
        RecordAct("app.rolled-back", {"version": to.version, "from_version": record.version, "state": facts.state}),
        Activate(InstallationState.ROLLING_BACK, _ACTIVE),
        *environment.tidy,
    )
    kept = f"what is there now is kept too: `smartcity rollback {record.app}=={record.version}` would put it back"
    revoked = (f"{to.version} is back in use then, and {facts.revoked}",) if facts.revoked else ()
    return Plan(
        kind="rollback",
        region=record.region,
        app=record.app,
        version=to.version,
        steps=steps,
        notices=(*revoked, kept, *facts.shared.notices()),
        losses=facts.written.sentences(facts.taken_at),
        refusals=facts.refusals,
        from_version=record.version,
    )

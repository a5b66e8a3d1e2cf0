"""Steps about the records of an installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import attrs

from smartcity_share.install.records import DeletionRecord, InstallationRecord, InstallationState
from smartcity_share.install.steps.base import Probe, Step, StepContext


@attrs.frozen
class RecordInstallation(Step):
    """Write that the app is being installed.

    Attributes:
        version: Version of the app.
        distribution: Name of its distribution.
        data_epoch: Epoch of its data.
        code_location: Its folder relative to the instance; None for an app of the environment.
        code_digest: SHA-256 of the wheel; None for an app of the environment.
    """

    name: ClassVar[str] = "record-installation"

    version: str
    distribution: str
    data_epoch: int
    code_location: str | None
    code_digest: str | None

    def describe(self) -> str:
        """Return what the step will do."""
        return f"enter {self.distribution} {self.version} in the ledger"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is entered."""
        found = context.instance.ledger.installation(context.region, context.app)
        return Probe.NOT if found is None else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Enter it."""
        now = context.instance.now()
        context.instance.ledger.put_installation(
            InstallationRecord(
                region=context.region,
                app=context.app,
                version=self.version,
                distribution=self.distribution,
                data_epoch=self.data_epoch,
                state=InstallationState.INSTALLING,
                fault="",
                code_location=self.code_location,
                code_digest=self.code_digest,
                installed_at=now,
                updated_at=now,
            )
        )

    def undo(self, context: StepContext) -> None:
        """Take it out."""
        context.instance.ledger.drop_installation(context.region, context.app)


@attrs.frozen
class SetState(Step):
    """Let the host serve an installation, or stop serving it.

    Attributes:
        before: The state it has.
        after: The state it gets.
    """

    name: ClassVar[str] = "set-state"

    before: str
    after: str

    def describe(self) -> str:
        """Return what the step will do."""
        return f"put the installation from {self.before} to {self.after}"

    def probe(self, context: StepContext) -> Probe:
        """Look at its state."""
        found = context.instance.ledger.installation(context.region, context.app)
        return Probe.DONE if found is not None and found.state == self.after else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Change it."""
        _put_state(context, InstallationState(self.after))

    def undo(self, context: StepContext) -> None:
        """Change it back."""
        _put_state(context, InstallationState(self.before))


@attrs.frozen
class Activate(SetState):
    """Let the host serve an installation."""

    name: ClassVar[str] = "activate"

    def describe(self) -> str:
        """Return what the step will do."""
        return "let the region use it"


@attrs.frozen
class StopServing(SetState):
    """Let the host serve an installation no longer."""

    name: ClassVar[str] = "stop-serving"

    def describe(self) -> str:
        """Return what the step will do."""
        return "serve it no longer"


@attrs.frozen
class DropInstallation(Step):
    """Take an installation out of the ledger and leave the facts of its erasure.

    Attributes:
        record: The record it has, as JSON.
        removal: The record of its removal, as JSON.
        signed_off_by: Who signed the erasure off.
        export: Where the export lies; None where there is none.
        drops_code: Whether its code goes too.
    """

    name: ClassVar[str] = "drop-installation"

    record: Mapping[str, Any]
    removal: Mapping[str, Any]
    signed_off_by: str
    export: str | None
    drops_code: bool

    def describe(self) -> str:
        """Return what the step will do."""
        return "take it out of the ledger; the facts of its erasure stay"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is out."""
        ledger = context.instance.ledger
        there = [ledger.installation(context.region, context.app), *ledger.removals(context.region, context.app)]
        return Probe.NOT if any(one is not None for one in there) else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Write the facts, then take it out."""
        ledger, removal = context.instance.ledger, self.removal
        facts = {
            "carried_out_by": context.actor.name,
            "removed": {
                "operation": removal["operation"],
                "by": removal["removed_by"],
                "at": removal["removed_at"],
                "basis": removal["basis"],
            },
            "retention": {"keeps": removal["keeps"], "period": removal["retention"]},
            "erased": ["database", "files", "secrets", "settings", *(["code"] if self.drops_code else [])],
            "stays": ["audit-trail", "region-settings", *(["export"] if self.export else []), "earlier-backups"]
            + ([] if self.drops_code else ["code"]),
            "rows": removal["facts"].get("rows", {}),
            "export": self.export,
        }
        ledger.record_deletion(
            DeletionRecord(
                operation=context.operation,
                region=context.region,
                app=context.app,
                version=self.record["version"],
                removed_by=self.signed_off_by,
                removed_at=context.instance.now(),
                basis=context.basis,
                export_digest=removal["export_digest"],
                facts=facts,
            )
        )
        ledger.drop_removal(context.region, context.app)
        ledger.drop_installation(context.region, context.app)

    def undo(self, context: StepContext) -> None:
        """Put it back."""
        from smartcity_share.install.steps.removal import removal_from_json

        ledger = context.instance.ledger
        ledger.put_installation(record_from_json(self.record))
        ledger.put_removal(removal_from_json(self.removal))
        ledger.drop_deletion(context.operation)


def record_to_json(record: InstallationRecord) -> dict[str, Any]:
    """Return the record of an installation as JSON."""
    return {
        **attrs.asdict(record),
        "state": str(record.state),
        "installed_at": record.installed_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
    }


def record_from_json(value: Mapping[str, Any]) -> InstallationRecord:
    """Return the record that :func:`record_to_json` was given."""
    return InstallationRecord(
        **{
            **value,
            "state": InstallationState(value["state"]),
            "installed_at": datetime.fromisoformat(value["installed_at"]),
            "updated_at": datetime.fromisoformat(value["updated_at"]),
        }
    )


def _put_state(context: StepContext, state: InstallationState) -> None:
    record = context.instance.ledger.installation(context.region, context.app)
    if record is not None:
        now = context.instance.now()
        context.instance.ledger.put_installation(attrs.evolve(record, state=state, fault="", updated_at=now))

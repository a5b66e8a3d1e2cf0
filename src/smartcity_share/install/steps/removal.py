"""Steps of the first phase of a removal, and of the way back from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import attrs

from smartcity_share.install.records import RemovalRecord, as_names
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.steps.records import SetState


@attrs.frozen
class RecordRemoval(Step):
    """Write down that the installation is removed, what is kept of it for how long, and where the export went.

    Attributes:
        version: The version it has.
        export: The folder of the export; None where nothing was exported.
        keeps: What the manifest says is kept.
        retention: For how long.
    """

    name: ClassVar[str] = "record-removal"

    version: str
    export: str | None
    keeps: tuple[str, ...] = attrs.field(converter=as_names)
    retention: str

    def describe(self) -> str:
        """Return what the step will do."""
        return "write down that its data wait to be erased"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is written down."""
        found = context.instance.ledger.removals(context.region, context.app)
        return Probe.DONE if any(one.operation == context.operation for one in found) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write it down."""
        from smartcity_share.install.export import export_facts

        digest, facts = export_facts(self.export)
        if self.export is None:
            facts = {**facts, "rows": _rows(context)}
        context.instance.ledger.put_removal(
            RemovalRecord(
                region=context.region,
                app=context.app,
                operation=context.operation,
                version=self.version,
                removed_by=context.actor.name,
                removed_at=context.instance.now(),
                basis=context.basis,
                keeps=self.keeps,
                retention=self.retention,
                export_digest=digest,
                facts=facts,
            )
        )

    def undo(self, context: StepContext) -> None:
        """Take it out."""
        context.instance.ledger.drop_removal(context.region, context.app)


@attrs.frozen
class ForgetRemoval(Step):
    """Take out that the installation is removed.

    Attributes:
        removal: The record of the removal, as JSON.
    """

    name: ClassVar[str] = "forget-removal"

    removal: Mapping[str, Any]

    def describe(self) -> str:
        """Return what the step will do."""
        return "its data wait to be erased no longer"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is out."""
        return Probe.NOT if context.instance.ledger.removals(context.region, context.app) else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Take it out."""
        context.instance.ledger.drop_removal(context.region, context.app)

    def undo(self, context: StepContext) -> None:
        """Put it back."""
        context.instance.ledger.put_removal(removal_from_json(self.removal))


@attrs.frozen
class Retire(SetState):
    """Keep what a removed installation has, served by nobody."""

    name: ClassVar[str] = "retire"

    def describe(self) -> str:
        """Return what the step will do."""
        return "keep its data, files, secrets and settings aside, served by nobody"


def removal_to_json(record: RemovalRecord) -> dict[str, Any]:
    """Return the record of a removal as JSON."""
    return {**attrs.asdict(record), "keeps": list(record.keeps), "removed_at": record.removed_at.isoformat()}


def removal_from_json(value: Mapping[str, Any]) -> RemovalRecord:
    """Return the record that :func:`removal_to_json` was given."""
    return RemovalRecord(**{**value, "removed_at": datetime.fromisoformat(value["removed_at"])})


def _rows(context: StepContext) -> dict[str, int]:
    data = context.instance.data(context.region, context.app)
    if not data.exists():
        return {}
    with data.reading() as reader:
        return {table.name: reader.count(table.name) for table in reader.tables()}

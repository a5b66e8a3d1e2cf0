"""The last steps of an erasure: there is no way back from them, they are only ever finished."""

from __future__ import annotations

import json
import shutil
from typing import ClassVar

import attrs

from smartcity_share.durable import sync_folder, write_whole
from smartcity_share.errors import OperationError
from smartcity_share.install.deletion_report import REPORT_FILE, TEXT_FILE, report_as_text, report_of
from smartcity_share.install.steps.base import Probe, Step, StepContext


@attrs.frozen
class Erase(Step):
    """Delete what the operation has set aside: the database, files, secrets, and code that nobody uses."""

    name: ClassVar[str] = "erase"
    can_undo: ClassVar[bool] = False

    def describe(self) -> str:
        """Return what the step will do."""
        return "erase the database, the files and the secrets, for good"

    def probe(self, context: StepContext) -> Probe:
        """Look whether anything is left."""
        data = context.instance.data(context.region, context.app)
        left = data.is_aside(context.operation) or data.snapshots() or context.scratch.exists()
        return Probe.NOT if left else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Delete it, with every snapshot: also one whose list an operation has taken away."""
        data = context.instance.data(context.region, context.app)
        data.drop_aside(context.operation)
        for name in sorted(data.snapshots()):
            data.drop_snapshot(name)
        if context.scratch.exists():
            shutil.rmtree(context.scratch)
            sync_folder(context.scratch.parent)

    def undo(self, context: StepContext) -> None:
        """Refuse: what is erased is gone."""
        raise _no_way_back(context)


@attrs.frozen
class WriteReport(Step):
    """Write the report of the erasure, once for programs and once for people."""

    name: ClassVar[str] = "write-report"
    can_undo: ClassVar[bool] = False

    def describe(self) -> str:
        """Return what the step will do."""
        return "write the report of the erasure to deletions/"

    def probe(self, context: StepContext) -> Probe:
        """Look for both files."""
        folder = context.instance.layout.deletion(context.region, context.app, context.operation)
        there = [(folder / name).is_file() for name in (REPORT_FILE, TEXT_FILE)]
        if all(there):
            return Probe.DONE
        return Probe.PARTIAL if any(there) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write them from what the ledger keeps."""
        instance = context.instance
        deletion = next(one for one in instance.ledger.deletions() if one.operation == context.operation)
        report = report_of(deletion, instance.config.id, instance.profile(context.region))
        folder = instance.layout.deletion(context.region, context.app, context.operation)
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / REPORT_FILE, json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True).encode())
        write_whole(folder / TEXT_FILE, report_as_text(report).encode())

    def undo(self, context: StepContext) -> None:
        """Refuse: what is erased is gone."""
        raise _no_way_back(context)


def _no_way_back(context: StepContext) -> OperationError:
    return OperationError(
        f"What operation {context.operation} erased is gone", hint=f"Finish it: `smartcity resume {context.operation}`."
    )

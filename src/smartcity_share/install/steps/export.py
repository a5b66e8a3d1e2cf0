"""Steps that write an export and see that it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import attrs

from smartcity_share.errors import OperationError
from smartcity_share.install.export import export_facts, export_trouble
from smartcity_share.install.exporting import drop_export, folder_beside, operation_of, write_export
from smartcity_share.install.runtime import record_of
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.steps.hooks import opened


@attrs.frozen
class Export(Step):
    """Write everything the region owns in the app to a folder.

    Attributes:
        target: The folder; it must not exist, or be empty.
        with_app: Whether the app writes its own export too; an app that cannot be loaded does not.
    """

    name: ClassVar[str] = "export"

    target: str
    with_app: bool

    def describe(self) -> str:
        """Return what the step will do."""
        return f"export every table, file and setting to {self.target}"

    def probe(self, context: StepContext) -> Probe:
        """Look for the export of this operation; it appears whole, by one rename."""
        folder = Path(self.target)
        if operation_of(folder) == context.operation:
            return Probe.DONE
        return Probe.PARTIAL if folder_beside(folder, context.operation).exists() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write it."""
        record = record_of(context.instance, context.region, context.app)
        installation = opened(context) if self.with_app else None
        write_export(context.instance, record, installation, Path(self.target), context.operation)

    def undo(self, context: StepContext) -> None:
        """Remove what was written; the folder was empty or not there before."""
        drop_export(Path(self.target), context.operation)


@attrs.frozen
class VerifyExport(Step):
    """Read the export again, and compare it with its list and with the database.

    Attributes:
        target: The folder of the export.
        list_digest: SHA-256 of the list it must have; None where it was just made.
    """

    name: ClassVar[str] = "verify-export"

    target: str
    list_digest: str | None = None

    def describe(self) -> str:
        """Return what the step will do."""
        return "read the export again and compare it with the data"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - looking is the step
        """Never say it is done."""
        return Probe.NOT

    def do(self, context: StepContext) -> None:
        """Compare.

        Raises:
            OperationError: Something is missing or differs.
        """
        trouble = export_trouble(Path(self.target), context.instance.data(context.region, context.app))
        if trouble is None and self.list_digest is not None and export_facts(self.target)[0] != self.list_digest:
            trouble = "its list is not the one that was written when the app was removed"
        if trouble is not None:
            raise OperationError(f"The export is not whole: {trouble}", hint="Export again to another folder or disk.")

    def undo(self, context: StepContext) -> None:
        """Nothing was changed."""

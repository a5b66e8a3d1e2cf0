"""The step that enters an act in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import attrs

from smartcity_share.install.steps.base import Probe, Step, StepContext

_RECENT: Final = 200
"""How many entries are searched for the one of an operation; it is among the last of its app."""


@attrs.frozen
class RecordAct(Step):
    """Enter what was done in the audit trail, with the order or decree it rests on.

    Attributes:
        action: What was done, for example ``app.installed``.
        detail: Facts about it; of a secret only that it changed.
    """

    name: ClassVar[str] = "record-act"

    action: str
    detail: Mapping[str, Any]

    def describe(self) -> str:
        """Return what the step will do."""
        return f"enter {self.action} in the audit trail"

    def probe(self, context: StepContext) -> Probe:
        """Look for the entry of this operation."""
        return Probe.DONE if self.action in self._recorded(context) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Append the entry."""
        self._append(context, self.action, {**self.detail, "basis": context.basis})

    def undo(self, context: StepContext) -> None:
        """Append that it was taken back: the trail itself is never changed."""
        recorded = self._recorded(context)
        if self.action in recorded and f"{self.action}.undone" not in recorded:
            self._append(context, f"{self.action}.undone", {})

    def _append(self, context: StepContext, action: str, detail: Mapping[str, Any]) -> None:
        context.instance.audit.record(
            context.region, context.app, context.actor, action, context.app, {**detail, "operation": context.operation}
        )

    def _recorded(self, context: StepContext) -> set[str]:
        entries = context.instance.audit.entries(context.region, app=context.app, limit=_RECENT)
        return {entry.action for entry in entries if entry.detail.get("operation") == context.operation}

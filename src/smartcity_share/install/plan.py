"""What an operation will do: a plain value that can be shown before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from smartcity_share.catalogue.release import Provenance
from smartcity_share.errors import Fault, RefusedError, SettingsError
from smartcity_share.install.layout import INSTANCE_SCOPE
from smartcity_share.install.settings_change import SettingChange
from smartcity_share.install.steps.base import Step


@attrs.frozen
class Plan:
    """What an operation will do.

    Attributes:
        kind: What is done: ``install``, ``configure`` and so on.
        region: Code of the region.
        app: Id of the app.
        version: Version of the app.
        steps: The steps in their order; none where there is nothing to do.
        notices: What the person should know before saying yes.
        refusals: Why it cannot work.
        setting_faults: What is wrong with the answers.
        changes: The settings that get another value.
        secrets: New secrets by where they will lie; never shown, never written to the journal.
        after: How many operations there had been on the installation before this was planned; it is refused where there were
            more since. None where that does not matter.
        from_version: The version it replaces, where it replaces one.
        news: What the version changes, as its author wrote it; shown first.
        losses: What was written and would be lost, in words.
        provenance: The catalogue its code was found in; None where it came otherwise.
    """

    kind: str
    region: str
    app: str
    version: str
    steps: tuple[Step, ...] = ()
    notices: tuple[str, ...] = ()
    refusals: tuple[Fault, ...] = ()
    setting_faults: tuple[Fault, ...] = ()
    changes: tuple[SettingChange, ...] = ()
    secrets: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    after: int | None = None
    from_version: str = ""
    news: str = ""
    losses: tuple[str, ...] = ()
    provenance: Provenance | None = None

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        if self.region == INSTANCE_SCOPE:
            return f"{self.kind} several installations"
        version = f"{self.from_version} → {self.version}" if self.from_version else self.version
        return f"{self.kind} {self.app} {version} in {self.region}"

    def require_possible(self) -> None:
        """Refuse a plan that cannot work.

        Raises:
            RefusedError: It cannot; the reasons are in ``faults``.
            SettingsError: Only the answers are at fault.
        """
        faults = (*self.refusals, *self.setting_faults)
        count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
        message = f"Cannot {self.kind} `{self.app}` in {self.region}: {count}; nothing was changed"
        if self.refusals:
            raise RefusedError(message, faults=faults, hint="Mend each as its line says, then try again.")
        if self.setting_faults:
            raise SettingsError(message, faults=faults, hint="Mend each as its line says, then try again.")

    def as_json(self) -> dict[str, Any]:
        """Return the plan as JSON; no secret is in it."""
        return {
            "kind": self.kind,
            "region": self.region,
            "app": self.app,
            "version": self.version,
            **(
                {"from_version": self.from_version, "news": self.news, "losses": list(self.losses)} if self.from_version else {}
            ),
            "steps": [{"name": step.name, "what": step.describe()} for step in self.steps],
            "settings": [change_as_json(change) for change in self.changes],
            "notices": list(self.notices),
            **self._found_in(),
        }

    def journal(self) -> dict[str, Any]:
        """Return what the ledger keeps to take the operation up again."""
        steps = [{"name": step.name, "inputs": step.inputs()} for step in self.steps]
        return {"version": self.version, "steps": steps, **self._found_in()}

    def _found_in(self) -> dict[str, Any]:
        return {} if self.provenance is None else {"catalogue": self.provenance.as_json()}


def change_as_json(change: SettingChange) -> dict[str, Any]:
    """Return one change of a setting as JSON; of a secret only that it changes."""
    shown: dict[str, Any] = {"key": change.key, "scope": "region" if change.scope.startswith("_") else "installation"}
    if change.is_secret:
        return {**shown, "secret": True, "unset": change.unset}
    before = change.default if change.before is None else change.before.value
    after = change.default if change.unset else change.after
    return {**shown, "secret": False, "before": before, "after": after, "unset": change.unset}

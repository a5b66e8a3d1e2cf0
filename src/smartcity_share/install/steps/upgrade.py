"""Steps that bring an installation to another version of its app."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

from smartcity_share.errors import OperationError
from smartcity_share.install.secret_files import drop_folder_if_empty, read_secret, write_secret
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.steps.hooks import opened
from smartcity_share.install.steps.records import record_from_json


def _pairs(values: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((one, other) for one, other in values)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class SwitchCode(Step):
    """Enter the other version in the ledger: its code, its epoch. The installation is not served meanwhile.

    Attributes:
        before: The record it has, as JSON.
        after: The record it gets, as JSON.
    """

    name: ClassVar[str] = "switch-code"

    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def describe(self) -> str:
        """Return what the step will do."""
        return f"switch the code from {self.before['version']} to {self.after['version']}"

    def probe(self, context: StepContext) -> Probe:
        """Look at the ledger."""
        return Probe.DONE if self._is(context, self.after) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Enter it."""
        self._put(context, self.after)

    def undo(self, context: StepContext) -> None:
        """Enter the one before."""
        self._put(context, self.before)

    def _is(self, context: StepContext, value: Mapping[str, Any]) -> bool:
        found = context.instance.ledger.installation(context.region, context.app)
        wanted = record_from_json(value)
        return found is not None and (found.version, found.code_location, found.data_epoch) == (
            wanted.version,
            wanted.code_location,
            wanted.data_epoch,
        )

    def _put(self, context: StepContext, value: Mapping[str, Any]) -> None:
        found = context.instance.ledger.installation(context.region, context.app)
        wanted = record_from_json(value)
        state = wanted.state if found is None else found.state
        context.instance.ledger.put_installation(attrs.evolve(wanted, state=state, updated_at=context.instance.now()))


@attrs.frozen
class CarrySecrets(Step):
    """Move secrets whose setting has another name or scope now, and remove those the version does not take.

    Attributes:
        moved: Where they lie and where they will.
        dropped: Where those lie that go.
        existing: Which of these places hold a secret before.
    """

    name: ClassVar[str] = "carry-secrets"

    moved: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs)
    dropped: tuple[str, ...] = attrs.field(converter=_names)
    existing: tuple[str, ...] = attrs.field(converter=_names)

    def describe(self) -> str:
        """Return what the step will do."""
        names = sorted({ref.rpartition("/")[2] for ref in (*self.dropped, *(one for one, _ in self.moved))})
        return f"carry the secret {', '.join(names)} over"

    def probe(self, context: StepContext) -> Probe:
        """Look whether the old files are gone and the new ones there."""
        folder = context.instance.folder
        done = [(folder / ref).exists() for _, ref in self.moved] + [not (folder / ref).exists() for ref in self.dropped]
        if all(done):
            return Probe.DONE
        return Probe.PARTIAL if any(done) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Set every file aside that is touched, write the new ones, then remove the old ones."""
        layout = context.instance.layout
        for ref in self.existing:
            aside = context.scratch / ref
            if not aside.exists() and (layout.folder / ref).exists():
                aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copy2(layout.folder / ref, aside)
        for source, target in self.moved:
            if (layout.folder / source).exists():
                write_secret(layout, target, read_secret(layout, source))
        for ref in self.dropped:
            (layout.folder / ref).unlink(missing_ok=True)
            drop_folder_if_empty((layout.folder / ref).parent, layout.all_secrets)

    def undo(self, context: StepContext) -> None:
        """Put back what was set aside; remove what was not there."""
        layout = context.instance.layout
        for ref in dict.fromkeys((*self.dropped, *(ref for _, ref in self.moved))):
            aside = context.scratch / ref
            if aside.exists():
                write_secret(layout, ref, aside.read_text(encoding="utf-8"))
            elif ref not in self.existing:
                (layout.folder / ref).unlink(missing_ok=True)
                drop_folder_if_empty((layout.folder / ref).parent, layout.all_secrets)


@attrs.frozen
class MigrateTables(Step):
    """Bring the tables to the new version, all in one transaction, and write its epoch.

    Attributes:
        data_epoch: Epoch of the data of the new version.
    """

    name: ClassVar[str] = "migrate-tables"

    data_epoch: int

    def describe(self) -> str:
        """Return what the step will do."""
        return "migrate the tables"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - replaying finds out itself, in the transaction
        """Never say it is done: on tables that are migrated it does nothing."""
        return Probe.NOT

    def do(self, context: StepContext) -> None:
        """Replay the migrations."""
        from smartcity_share.install.table_migration import script_for

        registry = context.instance.registry_for(context.region, context.app)
        schema = registry.database_schema(context.app)
        if schema is None:
            raise OperationError(f"App `{context.app}` no longer returns a database_schema", hint="Its maker returns it.")
        data = context.instance.data(context.region, context.app)
        data.migrate(script_for(context.instance, schema, data), self.data_epoch)

    def undo(self, context: StepContext) -> None:
        """Nothing here: the state that was kept before comes back as one."""


@attrs.frozen
class AfterUpgrade(Step):
    """Let the app finish the upgrade.

    Attributes:
        from_version: The version it had.
    """

    name: ClassVar[str] = "after-upgrade"

    from_version: str

    def describe(self) -> str:
        """Return what the step will do."""
        return "let the app finish the upgrade"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - only the app knows, and its hook may run again
        """Never say it is done: the hook is safe to run again."""
        return Probe.PARTIAL

    def do(self, context: StepContext) -> None:
        """Call the hook."""
        registry = context.instance.registry_for(context.region, context.app)
        registry.after_upgrade(context.app, opened(context), self.from_version)

    def undo(self, context: StepContext) -> None:
        """Nothing here: the state that was kept before comes back as one."""

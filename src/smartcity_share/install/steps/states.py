"""Steps that keep the whole state of an installation, put one back, and let go of old ones."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

import attrs

from smartcity_share.durable import write_whole
from smartcity_share.errors import OperationError
from smartcity_share.install.steps.base import Probe, Step, StepContext

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.kept_states import KeptStates

DISCARD: Final = "discard.json"
"""List of kept states in the scratch folder of an operation: they go when it has ended well."""

_ATTEMPTS: Final = 3


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class KeepState(Step):
    """Keep data, files, settings, secrets and overrides under the name of the operation, and compare the copy.

    Undoing puts all of it back as one: whatever steps after this one changed is gone with it.

    Attributes:
        kind: Kind of the operation.
        record: The record the state belongs to, as JSON.
    """

    name: ClassVar[str] = "keep-state"

    kind: str
    record: dict[str, object]

    def describe(self) -> str:
        """Return what the step will do."""
        return "keep data, files, settings and overrides as they are, and compare the copy"

    def probe(self, context: StepContext) -> Probe:
        """Look for the whole state of this operation."""
        return Probe.NOT if _states(context).get(context.operation) is None else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Copy and compare; where a request that was still running wrote in between, again."""
        from smartcity_share.install.steps.records import record_from_json

        for attempt in range(1, _ATTEMPTS + 1):
            try:
                _states(context).take(context.operation, self.kind, record_from_json(self.record))
            except OperationError:
                if attempt == _ATTEMPTS:
                    raise
            else:
                return

    def undo(self, context: StepContext) -> None:
        """Put it back, then remove it. Where it was never whole nothing after it was begun."""
        states = _states(context)
        if states.get(context.operation) is not None:
            states.restore(context.operation)
        states.drop(context.operation)


@attrs.frozen
class RestoreState(Step):
    """Put a kept state in the place of what is there.

    Attributes:
        state: Its name.
    """

    name: ClassVar[str] = "restore-state"

    state: str

    def describe(self) -> str:
        """Return what the step will do."""
        return "put data, files, settings and overrides of that version back, and compare them"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - a state like it may have come about otherwise
        """Never say it is done: it may be done again."""
        return Probe.NOT

    def do(self, context: StepContext) -> None:
        """Put it back; not being there afterwards is a failure."""
        _states(context).restore(self.state)

    def undo(self, context: StepContext) -> None:
        """Nothing here: the state that was kept before this step comes back as one."""


@attrs.frozen
class NoteRows(Step):
    """Note how many rows there are, so that a later rollback can tell what was written since."""

    name: ClassVar[str] = "note-rows"

    def describe(self) -> str:
        """Return what the step will do."""
        return "note how many rows there are"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is noted."""
        state = _states(context).get(context.operation)
        return Probe.DONE if state is not None and state.rows_after is not None else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Count and note."""
        _states(context).note_after(context.operation)

    def undo(self, context: StepContext) -> None:
        """Nothing: it goes with the state."""


@attrs.frozen
class LetGo(Step):
    """Let old kept states go, once the operation has ended well.

    Attributes:
        states: Their names.
        codes: The code folders they belong to; each goes where nothing else needs it.
    """

    name: ClassVar[str] = "let-go"

    states: tuple[str, ...] = attrs.field(converter=_names)
    codes: tuple[str, ...] = attrs.field(converter=_names)

    def describe(self) -> str:
        """Return what the step will do."""
        return f"let {len(self.states)} older kept state{'' if len(self.states) == 1 else 's'} go"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is listed."""
        return Probe.DONE if (context.scratch / DISCARD).is_file() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """List them; they go after the operation, when nothing can be undone any more."""
        context.scratch.mkdir(parents=True, exist_ok=True)
        value = {"region": context.region, "app": context.app, "states": self.states, "codes": self.codes}
        write_whole(context.scratch / DISCARD, json.dumps(value).encode())

    def undo(self, context: StepContext) -> None:
        """Take the list away."""
        (context.scratch / DISCARD).unlink(missing_ok=True)


def discard(instance: Instance, operation: str) -> None:
    """Remove what an operation that ended well has let go; again after a crash.

    Args:
        instance: The instance.
        operation: Its id.
    """
    from smartcity_share.install.code_store import drop_folder
    from smartcity_share.install.kept_states import KeptStates

    listed = instance.layout.operation(operation) / DISCARD
    if not listed.is_file():
        return
    value = json.loads(listed.read_text(encoding="utf-8"))
    states = KeptStates(instance, value["region"], value["app"])
    for name in value["states"]:
        states.drop(name)
    for location in value["codes"]:
        if not instance.uses_code(value["app"], location):
            drop_folder(instance.folder / location, instance.layout.operation(operation) / "unused-code")


def _states(context: StepContext) -> KeptStates:
    from smartcity_share.install.kept_states import KeptStates

    return KeptStates(context.instance, context.region, context.app)

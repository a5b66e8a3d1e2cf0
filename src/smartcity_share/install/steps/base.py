"""What a step is."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Actor
    from smartcity_share.install.instance import Instance


class Probe(StrEnum):
    """What a step finds when it looks whether it is done."""

    DONE = "done"
    NOT = "not"
    PARTIAL = "partial"


@attrs.frozen
class StepContext:
    """What every step of an operation is handed.

    Attributes:
        instance: The instance.
        operation: Id of the operation.
        region: Code of the region.
        app: Id of the app.
        actor: Who asked for it.
        basis: The order or decree it rests on.
        secrets: New secrets by where they lie; they are in no journal.
        notices: What steps have to tell besides; filled as they run.
    """

    instance: Instance
    operation: str
    region: str
    app: str
    actor: Actor
    basis: str = ""
    secrets: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    notices: list[str] = attrs.field(factory=list)

    @property
    def scratch(self) -> Path:
        """The folder where this operation sets things aside; it goes when the operation has ended."""
        return self.instance.layout.operation(self.operation)


@attrs.frozen
class Step(ABC):
    """One step of an operation. Its attributes are its inputs: plain values that are written to the journal.

    Each of the three ways may be gone again after a crash, from whatever state the step was left in.

    Attributes:
        name: What the journal calls it.
        can_undo: Whether there is a way back. An operation that has begun a step without one is only ever finished.
        noted_at_once: Whether only its row tells that it is done: the row is then written before anything else.
        ahead: Whether planning may have done it already. Such steps stand first, and undoing an operation undoes all of them.
    """

    name: ClassVar[str] = "step"
    can_undo: ClassVar[bool] = True
    noted_at_once: ClassVar[bool] = False
    ahead: ClassVar[bool] = False

    @abstractmethod
    def describe(self) -> str:
        """Return what the step will do, in one line."""

    @abstractmethod
    def probe(self, context: StepContext) -> Probe:
        """Look whether the step is done, without changing anything."""

    @abstractmethod
    def do(self, context: StepContext) -> None:
        """Go forward: afterwards the probe finds the step done."""

    @abstractmethod
    def undo(self, context: StepContext) -> None:
        """Go back: afterwards everything is as it was before the step."""

    def obstacle(self, context: StepContext) -> str | None:  # noqa: ARG002 - for the steps that have one
        """Return why the step cannot be done from the journal alone, None where it can. Asked of steps that are not done."""
        return None

    def inputs(self) -> dict[str, Any]:
        """Return the inputs as JSON."""
        return attrs.asdict(self)

    def digest(self) -> str:
        """Return the SHA-256 of the inputs in hexadecimal."""
        return hashlib.sha256(json.dumps(self.inputs(), sort_keys=True).encode()).hexdigest()

"""Steps about the code of an app."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import ClassVar

import attrs

from smartcity_share.durable import move
from smartcity_share.errors import OperationError
from smartcity_share.install.code_store import drop_folder, drop_if_empty, unpack_wheel
from smartcity_share.install.pending import is_pending
from smartcity_share.install.recorded import record_trouble
from smartcity_share.install.steps.base import Probe, Step, StepContext


@attrs.frozen
class StoreCode(Step):
    """Unpack the wheel into the code folder of the instance.

    Attributes:
        location: The folder, relative to the instance.
        wheel: The wheel file.
        shared: Whether the folder was there before: another region uses the same wheel.
    """

    name: ClassVar[str] = "store-code"
    ahead: ClassVar[bool] = True

    location: str
    wheel: str
    shared: bool

    def describe(self) -> str:
        """Return what the step will do."""
        return f"use the code that is in {self.location}" if self.shared else f"unpack the wheel into {self.location}"

    def probe(self, context: StepContext) -> Probe:
        """Look whether every file is there as the wheel records it."""
        folder = context.instance.folder / self.location
        if not folder.is_dir():
            return Probe.NOT
        return Probe.PARTIAL if record_trouble(folder) else Probe.DONE

    def obstacle(self, context: StepContext) -> str | None:
        """Tell that the wheel is gone or another one lies in its place; its folder is named by the wheel's SHA-256."""
        if self.probe(context) is Probe.DONE:
            return None
        wheel = Path(self.wheel)
        if wheel.is_file() and self.location.endswith(hashlib.sha256(wheel.read_bytes()).hexdigest()[:8]):
            return None
        return f"the wheel {wheel.name} is not there any more"

    def do(self, context: StepContext) -> None:
        """Unpack beside, then rename."""
        folder = context.instance.folder / self.location
        if folder.is_dir():
            raise OperationError(
                f"The code folder {self.location} was changed: {record_trouble(folder)}",
                hint=f"If no other region uses it, delete {self.location} and install again.",
            )
        unpack_wheel(Path(self.wheel), folder)

    def undo(self, context: StepContext) -> None:
        """Remove the folder, unless another region uses it or is on its way to."""
        folder = context.instance.folder / self.location
        if self.shared or not folder.is_dir() or context.instance.uses_code(context.app, self.location):
            return
        if is_pending(context.instance, self.name, but=context.operation, location=self.location):
            return
        drop_code(context, folder)


@attrs.frozen
class DropCode(Step):
    """Set the code aside that no installation uses any more.

    Attributes:
        location: The folder, relative to the instance.
    """

    name: ClassVar[str] = "drop-code"

    location: str

    def describe(self) -> str:
        """Return what the step will do."""
        return f"remove the code in {self.location}; no other region uses it"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is gone, or needed by another installation after all."""
        folder = context.instance.folder / self.location
        return Probe.NOT if folder.is_dir() and not context.instance.uses_code(context.app, self.location) else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Move it to where the operation sets things aside."""
        move(context.instance.folder / self.location, context.scratch / "code")
        drop_if_empty((context.instance.folder / self.location).parent)

    def undo(self, context: StepContext) -> None:
        """Move it back."""
        aside = context.scratch / "code"
        if aside.is_dir() and not (context.instance.folder / self.location).is_dir():
            move(aside, context.instance.folder / self.location)


def drop_code(context: StepContext, folder: Path) -> None:
    """Remove a code folder: by one rename out of the way first, so that it is never half there."""
    drop_folder(folder, context.scratch / "unused-code")

"""The step that writes what a region changed of an app."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import attrs

from smartcity_share.durable import sync_folder, write_whole
from smartcity_share.install.steps.base import Probe, Step, StepContext


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class WriteOverrides(Step):
    """Replace the file of overrides of an installation, whole.

    Attributes:
        after: Its new text; None where nothing is changed any more.
        before: Its text before; None where there was none.
        parts: The parts that differ.
    """

    name: ClassVar[str] = "write-overrides"

    after: str | None
    before: str | None
    parts: tuple[str, ...] = attrs.field(converter=_names)

    def describe(self) -> str:
        """Return what the step will do."""
        return f"put the region's own in place: {', '.join(self.parts)}"

    def probe(self, context: StepContext) -> Probe:
        """Look whether the file is the new one; it is replaced by one rename."""
        return Probe.DONE if _text(_path(context)) == self.after else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write it."""
        _put(_path(context), self.after)

    def undo(self, context: StepContext) -> None:
        """Write the one before."""
        _put(_path(context), self.before)


def _path(context: StepContext) -> Path:
    return context.instance.layout.overrides(context.region, context.app)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _put(path: Path, text: str | None) -> None:
    if text is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    elif path.is_file():
        path.unlink()
        sync_folder(path.parent)

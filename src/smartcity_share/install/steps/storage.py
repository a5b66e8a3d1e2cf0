"""Steps about the database and the files of an installation."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import attrs

from smartcity_share.durable import move, sync_folder
from smartcity_share.install.secret_files import drop_folder_if_empty
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.templates import sound_template

if TYPE_CHECKING:
    from smartcity_share.install.storage.port import DataStore


@attrs.frozen
class CreateDatabase(Step):
    """Make the database of an installation by copying the template of the app's version.

    Attributes:
        template: Name of the template; made if it is not there.
        kept: Whether the template was there before.
        data_epoch: Epoch of the data.
    """

    name: ClassVar[str] = "create-database"

    template: str
    kept: bool
    data_epoch: int

    def describe(self) -> str:
        """Return what the step will do."""
        return "make the database" + ("" if self.kept else ", after making the template of this version")

    def probe(self, context: StepContext) -> Probe:
        """Look for it; it appears whole."""
        return Probe.DONE if _data(context).exists() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Make the template where it is missing or damaged, then copy it."""
        template = sound_template(context.instance, context.region, context.app, self.template, self.data_epoch)
        _data(context).create(template)

    def undo(self, context: StepContext) -> None:
        """Remove it, and the template if it was made for it."""
        _data(context).drop()
        if not self.kept:
            (context.instance.layout.templates / self.template).unlink(missing_ok=True)


@attrs.frozen
class CreateFiles(Step):
    """Make the folder of the files of an installation."""

    name: ClassVar[str] = "create-files"

    def describe(self) -> str:
        """Return what the step will do."""
        return "make the folder for files"

    def probe(self, context: StepContext) -> Probe:
        """Look for the folder."""
        return Probe.DONE if _files(context).is_dir() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Make it."""
        folder = _files(context)
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)

    def undo(self, context: StepContext) -> None:
        """Remove it with what the app wrote there since."""
        folder = _files(context)
        if folder.is_dir():
            shutil.rmtree(folder)
        drop_folder_if_empty(folder.parent, context.instance.layout.installations)


@attrs.frozen
class SetAside(Step):
    """Move the data and files, or the secrets, of an installation out of their place; they go when the operation has ended.

    Attributes:
        what: ``data`` or ``secrets``.
    """

    name: ClassVar[str] = "set-aside"

    what: str

    def describe(self) -> str:
        """Return what the step will do."""
        what = "the database and the files" if self.what == "data" else "the secrets"
        return f"set {what} aside; they go when all is done"

    def probe(self, context: StepContext) -> Probe:
        """Look whether the place is empty."""
        if self.what == "data" and _data(context).exists():
            return Probe.NOT
        return Probe.NOT if self._place(context).exists() else Probe.DONE

    def do(self, context: StepContext) -> None:
        """Move it to where the operation sets things aside."""
        place = self._place(context)
        if self.what == "data":
            _data(context).set_aside(context.operation)
        if place.exists():
            move(place, context.scratch / self.what)
        drop_folder_if_empty(place.parent, self._root(context))

    def undo(self, context: StepContext) -> None:
        """Move it back."""
        aside = context.scratch / self.what
        if aside.exists() and not self._place(context).exists():
            move(aside, self._place(context))
        if self.what == "data":
            _data(context).put_back(context.operation)

    def _place(self, context: StepContext) -> Path:
        layout = context.instance.layout
        if self.what == "data":
            return layout.installation(context.region, context.app)
        return layout.secrets(context.region, context.app)

    def _root(self, context: StepContext) -> Path:
        layout = context.instance.layout
        return layout.installations if self.what == "data" else layout.all_secrets


def _data(context: StepContext) -> DataStore:
    return context.instance.data(context.region, context.app)


def _files(context: StepContext) -> Path:
    return context.instance.layout.files(context.region, context.app)

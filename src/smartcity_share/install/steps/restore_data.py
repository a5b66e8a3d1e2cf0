"""Steps that load data, files and settings from a backup beside their place, compare them, and put them in."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import attrs

from smartcity_share.durable import move, write_whole
from smartcity_share.errors import OperationError
from smartcity_share.install.backup.comparing import loaded_trouble
from smartcity_share.install.backup.documents import TableEnd
from smartcity_share.install.backup.loading import Loading
from smartcity_share.install.owner import this_process
from smartcity_share.install.secret_files import drop_folder_if_empty
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.steps.restore_code import FromBackup
from smartcity_share.install.steps.settings import setting_from_json
from smartcity_share.install.storage.port import DataStore
from smartcity_share.install.templates import sound_template, template_name


def _pairs(values: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((app, key) for app, key in values)


@attrs.frozen
class LoadRestored(FromBackup):
    """Load data and files from the backup beside their place.

    Attributes:
        has_data: Whether the installation has a database.
        data_epoch: Epoch of the data.
        version: Version of the app.
    """

    name: ClassVar[str] = "load-restored"

    has_data: bool
    data_epoch: int
    version: str

    def describe(self) -> str:
        """Return what the step will do."""
        return f"load {'rows and files' if self.has_data else 'files'} from {Path(self.file).name} beside their place"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it was loaded to its end."""
        if _loaded(context).is_file():
            return Probe.DONE
        return Probe.PARTIAL if restored_folder(context).exists() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Load it anew."""
        self.undo(context)
        began = time.monotonic()
        beside = data_beside(context)
        if self.has_data:
            schema = context.instance.registry_for(context.region, context.app).database_schema(context.app)
            if schema is None:
                raise OperationError(
                    f"The backup holds rows, and `{context.app}` {self.version} stores none", hint="Take another backup."
                )
            name = template_name(context.instance, context.app, self.version, schema)
            template = sound_template(context.instance, context.region, context.app, name, self.data_epoch)
            beside.create(template)
        loading = Loading(context.instance, self.path, self.keys, f"{context.region}/{context.app}")
        ends = loading.load(beside, restored_folder(context))
        facts = {"began": began, "process": this_process(), "tables": {name: end.model_dump() for name, end in ends.items()}}
        write_whole(_loaded(context), json.dumps(facts).encode())

    def undo(self, context: StepContext) -> None:
        """Remove what was loaded."""
        _loaded(context).unlink(missing_ok=True)
        data_beside(context).drop()
        shutil.rmtree(restored_folder(context), ignore_errors=True)


@attrs.frozen
class CompareRestored(FromBackup):
    """Read every row and file again that was loaded, and compare it with the backup."""

    name: ClassVar[str] = "compare-restored"

    def describe(self) -> str:
        """Return what the step will do."""
        return "read every row and file again and compare it with the backup"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - looking is the step
        """Never say it is done."""
        return Probe.NOT

    def do(self, context: StepContext) -> None:
        """Compare.

        Raises:
            OperationError: Something differs.
        """
        if not _loaded(context).is_file():  # it is in its place already, and was compared before it went there
            return
        expected = {name: TableEnd(**end) for name, end in loaded_facts(context)["tables"].items()}
        loaded = (data_beside(context), context.instance.storage.engine_name, restored_folder(context))
        trouble = loaded_trouble(self.path, self.keys, f"{context.region}/{context.app}", loaded, expected)
        if trouble is not None:
            raise OperationError(f"What was loaded is not what the backup holds: {trouble}", hint="Take another backup.")

    def undo(self, context: StepContext) -> None:
        """Nothing was changed."""


@attrs.frozen
class PutRestored(Step):
    """Put what was loaded into the place, which is empty: what was there is set aside."""

    name: ClassVar[str] = "put-restored"

    def describe(self) -> str:
        """Return what the step will do."""
        return "put them in their place"

    def probe(self, context: StepContext) -> Probe:
        """Look whether nothing is beside any more."""
        if restored_folder(context).exists() or data_beside(context).exists():
            return Probe.NOT
        return Probe.DONE if _place(context).is_dir() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Rename the folder, then the database."""
        if restored_folder(context).exists():
            move(restored_folder(context), _place(context))
        _data(context).put_in_place(context.operation)

    def undo(self, context: StepContext) -> None:
        """Remove it from the place: the backup has it, and what was there before waits aside."""
        if restored_folder(context).exists():
            return  # it was not put there yet
        _data(context).drop()
        if _place(context).is_dir():
            shutil.rmtree(_place(context))
        drop_folder_if_empty(_place(context).parent, context.instance.layout.installations)


@attrs.frozen
class RestoreSettings(Step):
    """Bring settings back with who set them, when and on what decree.

    Attributes:
        put: The values, whole, as JSON.
        drop: The values that go, as (app, key).
        before: The stored values that are replaced or go, whole, as JSON.
    """

    name: ClassVar[str] = "restore-settings"

    put: tuple[Mapping[str, Any], ...]
    drop: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs)
    before: tuple[Mapping[str, Any], ...]

    def describe(self) -> str:
        """Return what the step will do."""
        return f"bring {len(self.put)} setting{'' if len(self.put) == 1 else 's'} back, with who set them and when"

    def probe(self, context: StepContext) -> Probe:
        """Look whether every value is there and every other one gone."""
        apps = {value["app"] for value in self.put} | {app for app, _ in self.drop}
        found = {(one.app, one.key): one for app in apps for one in context.instance.ledger.settings(context.region, app)}
        done = [found.get((value["app"], value["key"])) == setting_from_json(value) for value in self.put]
        done += [place not in found for place in self.drop]
        return Probe.DONE if all(done) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write them, all or none."""
        context.instance.ledger.replace_settings(
            [setting_from_json(value) for value in self.put], [(context.region, app, key) for app, key in self.drop]
        )

    def undo(self, context: StepContext) -> None:
        """Put the values back that were there."""
        kept = {(value["app"], value["key"]) for value in self.before}
        new = [(context.region, value["app"], value["key"]) for value in self.put if (value["app"], value["key"]) not in kept]
        context.instance.ledger.replace_settings([setting_from_json(value) for value in self.before], new)


def data_beside(context: StepContext) -> DataStore:
    """Return the database an operation makes beside that of the installation."""
    return _data(context).beside(context.operation)


def restored_folder(context: StepContext) -> Path:
    """Return the folder an operation loads files and overrides to."""
    return context.scratch / "restored"


def loaded_facts(context: StepContext) -> dict[str, Any]:
    """Return what was noted when everything was loaded: when that began and in which process, and each table's rows."""
    found: dict[str, Any] = json.loads(_loaded(context).read_text(encoding="utf-8"))
    return found


def _loaded(context: StepContext) -> Path:
    return context.scratch / "loaded.json"


def _data(context: StepContext) -> DataStore:
    return context.instance.data(context.region, context.app)


def _place(context: StepContext) -> Path:
    return context.instance.layout.installation(context.region, context.app)

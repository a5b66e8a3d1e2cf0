"""States of one installation that are kept whole: data, files, settings, secrets and overrides, with the code they belong to.

Everything of a state is copied; nothing is shared with what is in use, so that no later write reaches it. A state counts once
its list is written, and that is the last thing done.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from smartcity_share.durable import sync_folder, sync_tree, write_whole
from smartcity_share.errors import OperationError
from smartcity_share.install.file_trees import copy_tree, digests
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.records import InstallationRecord, SettingValue
from smartcity_share.install.secret_files import FILE_MODE, FOLDER_MODE, drop_folder_if_empty, write_secret
from smartcity_share.install.steps.records import record_from_json, record_to_json
from smartcity_share.install.steps.settings import setting_from_json, setting_to_json

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.storage.port import DataStore

LIST: Final = "kept.json"
_AFTER: Final = "after.json"
_SHARED_AFTER: Final = "shared-after.json"
_FORMAT: Final = 1


@attrs.frozen
class KeptState:
    """What a state says of itself.

    Attributes:
        name: Its name: the operation that kept it.
        kind: The kind of that operation: ``upgrade`` or ``rollback``.
        number: Its place in the order they were kept in, which no change of the clock disturbs.
        taken_at: When, UTC.
        record: The record of the installation.
        settings: Its own settings, with provenance.
        has_data: Whether there was a database.
        files: File -> SHA-256.
        rows: Table -> number of rows.
        rows_after: The same, right after the operation; None where it did not come so far.
        shared: The settings the apps of the region share, as they were.
        shared_after: The same, right after the operation; None where it did not come so far.
    """

    name: str
    kind: str
    number: int
    taken_at: datetime
    record: InstallationRecord
    settings: tuple[SettingValue, ...]
    has_data: bool
    files: Mapping[str, str]
    rows: Mapping[str, int]
    rows_after: Mapping[str, int] | None = None
    shared: tuple[SettingValue, ...] = ()
    shared_after: tuple[SettingValue, ...] | None = None


class KeptStates:
    """The kept states of one installation. Every way may be gone again after a crash, from whatever state it was left in.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.
    """

    def __init__(self, instance: Instance, region: str, app: str) -> None:
        self._instance = instance
        self._region = region
        self._app = app
        self._layout = instance.layout

    def all(self) -> tuple[KeptState, ...]:
        """Return the whole ones, the newest first."""
        found = [self.get(path.parent.name) for path in self._layout.kept_states(self._region, self._app).glob(f"*/{LIST}")]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.number, reverse=True))

    def get(self, name: str) -> KeptState | None:
        """Return a state, None where there is no whole one of this name."""
        try:
            value = json.loads((self._folder(name) / LIST).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        after, shared_after = self._folder(name) / _AFTER, self._folder(name) / _SHARED_AFTER
        return KeptState(
            name=name,
            kind=value["kind"],
            number=value["number"],
            taken_at=datetime.fromisoformat(value["taken_at"]),
            record=record_from_json(value["record"]),
            settings=_settings(value["settings"]),
            has_data=value["has_data"],
            files=value["files"],
            rows=value["rows"],
            rows_after=json.loads(after.read_text(encoding="utf-8")) if after.is_file() else None,
            shared=_settings(value.get("shared", [])),
            shared_after=_settings(json.loads(shared_after.read_text(encoding="utf-8"))) if shared_after.is_file() else None,
        )

    def take(self, name: str, kind: str, record: InstallationRecord) -> None:
        """Keep the present state and read it again.

        Args:
            name: Its name.
            kind: The kind of the operation that keeps it.
            record: The record that belongs to it.

        Raises:
            OperationError: The copy differs from what is there.
        """
        folder, layout = self._folder(name), self._layout
        self.drop(name)
        folder.mkdir(parents=True)
        data = self._data()
        if data.exists():
            data.snapshot(name)
        copy_tree(layout.files(self._region, self._app), folder / "files")
        overrides = layout.overrides(self._region, self._app)
        if overrides.is_file():
            shutil.copyfile(overrides, folder / overrides.name)
        self._copy_secrets(name)
        sync_tree(folder)
        files = digests(folder / "files")
        if (data.exists() and (trouble := data.snapshot_trouble(name))) or (trouble := self._file_trouble(files)):
            raise OperationError(
                f"What was kept differs from what is there: {trouble}", hint="See who writes to it; try again."
            )
        value = {
            "format": _FORMAT,
            "kind": kind,
            "number": 1 + max((one.number for one in self.all()), default=0),
            "taken_at": self._instance.now().isoformat(),
            "record": record_to_json(record),
            "settings": [setting_to_json(one) for one in self._instance.ledger.settings(self._region, self._app)],
            "shared": self._shared_settings(),
            "has_data": data.exists(),
            "files": files,
            "rows": self.count_rows(),
        }
        write_whole(folder / LIST, json.dumps(value, ensure_ascii=False, indent=1).encode())

    def note_after(self, name: str) -> None:
        """Note how many rows there are now and what the region shares, so that what is written later can be told."""
        write_whole(self._folder(name) / _SHARED_AFTER, json.dumps(self._shared_settings(), ensure_ascii=False).encode())
        write_whole(self._folder(name) / _AFTER, json.dumps(self.count_rows()).encode())

    def trouble(self, state: KeptState) -> str | None:
        """Return what is wrong with a kept state itself, None where it can be restored."""
        if state.has_data and not self._data().has_snapshot(state.name):
            return "its data are missing"
        return None if digests(self._folder(state.name) / "files") == state.files else "its files were changed"

    def restore(self, name: str) -> None:
        """Put a state in the place of what is there: data, files, overrides, settings and secrets; the record is not touched.

        Raises:
            OperationError: There is no such state, or it is not there afterwards: nothing counts as restored by having run.
        """
        state = self.get(name)
        if state is None or (trouble := self.trouble(state)):
            raise OperationError(
                f"The state {name} cannot be restored: {'it is not kept' if state is None else trouble}",
                hint="Restore a backup.",
            )
        data, folder = self._data(), self._folder(name)
        if state.has_data:
            data.restore_snapshot(name)
        elif data.exists():
            data.drop()
        self._restore_files(folder / "files", state.files)
        overrides = self._layout.overrides(self._region, self._app)
        if (folder / overrides.name).is_file():
            write_whole(overrides, (folder / overrides.name).read_bytes())
        else:
            overrides.unlink(missing_ok=True)
        self._restore_settings(state)
        left = data.snapshot_trouble(name) if state.has_data else None
        if left := left or self._file_trouble(state.files):
            raise OperationError(f"The state {name} was not restored: {left}", hint="Restore a backup.")

    def drop(self, name: str) -> None:
        """Remove a state; one that is not there is no error."""
        folder = self._folder(name)
        (folder / LIST).unlink(missing_ok=True)
        self._data().drop_snapshot(name)
        for left in (self._secrets(name), folder):
            if left.is_dir():
                shutil.rmtree(left)
        drop_folder_if_empty(folder.parent, self._layout.installations)
        drop_folder_if_empty(self._secrets(name).parent, self._layout.all_secrets)

    def count_rows(self) -> dict[str, int]:
        """Return how many rows each table has now."""
        data = self._data()
        if not data.exists():
            return {}
        with data.reading() as tables:
            return {table.name: tables.count(table.name) for table in tables.tables()}

    def _shared_settings(self) -> list[dict[str, Any]]:
        return [setting_to_json(one) for one in self._instance.ledger.settings(self._region, REGION_SCOPE)]

    def _data(self) -> DataStore:
        return self._instance.data(self._region, self._app)

    def _folder(self, name: str) -> Path:
        return self._layout.kept_states(self._region, self._app) / name

    def _secrets(self, name: str) -> Path:
        return self._layout.secrets(self._region, self._app) / ".kept" / name

    def _file_trouble(self, files: Mapping[str, str]) -> str | None:
        now = digests(self._layout.files(self._region, self._app))
        differs = sorted(name for name in {*now, *files} if now.get(name) != files.get(name))
        return f"the file {differs[0]}" if differs else None

    def _restore_files(self, kept: Path, files: Mapping[str, str]) -> None:
        place = self._layout.files(self._region, self._app)
        beside, gone = place.with_name(".files.restored"), place.with_name(".files.replaced")
        for left in (beside, gone):
            if left.is_dir():
                shutil.rmtree(left)
        if self._file_trouble(files) is None and place.is_dir():
            return
        copy_tree(kept, beside)
        beside.mkdir(exist_ok=True)
        sync_tree(beside)
        if place.is_dir():
            place.rename(gone)
        beside.rename(place)
        sync_folder(place.parent)
        if gone.is_dir():
            shutil.rmtree(gone)

    def _copy_secrets(self, name: str) -> None:
        target = self._secrets(name)
        for path in self._own_secrets():
            for folder in (target.parent, target):
                folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            write_whole(target / path.name, path.read_bytes(), mode=FILE_MODE)

    def _restore_settings(self, state: KeptState) -> None:
        ledger, layout = self._instance.ledger, self._layout
        keys = {value.key for value in state.settings}
        new = [value for value in ledger.settings(self._region, self._app) if value.key not in keys]
        ledger.replace_settings(state.settings, [(self._region, self._app, value.key) for value in new])
        kept = self._secrets(state.name)
        names = {path.name for path in kept.iterdir()} if kept.is_dir() else set()
        for name in sorted(names):
            write_secret(layout, f"secrets/{self._region}/{self._app}/{name}", (kept / name).read_text(encoding="utf-8"))
        for path in self._own_secrets():
            if path.name not in names:
                path.unlink()

    def _own_secrets(self) -> list[Path]:
        folder = self._layout.secrets(self._region, self._app)
        return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _settings(values: list[dict[str, Any]]) -> tuple[SettingValue, ...]:
    return tuple(setting_from_json(one) for one in values)


def code_in_kept_states(instance: Instance, app: str) -> frozenset[str]:
    """Return the code folders that kept states of an app belong to, in any region."""
    found: set[Any] = set()
    for path in instance.layout.installations.glob(f"*/{app}/kept/*/{LIST}"):
        with suppress(FileNotFoundError):  # let go by another operation meanwhile
            found.add(json.loads(path.read_text(encoding="utf-8"))["record"]["code_location"])
    return frozenset(location for location in found if location is not None)

"""Which apps are there: read from what installers recorded, without importing anything of an app.

An app is a distribution with an entry point in one of two groups. Its ``*.dist-info`` folder names the module and holds the
manifest. The code folders of an instance come before the environment.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from smartcity_share.errors import AppConflictError, AppMetadataError, AppNotFoundError
from smartcity_share.hooks.discovered import DIST_INFO_MANIFEST, DiscoveredApp, Kind
from smartcity_share.hooks.markers import APPS_GROUP, CONNECTORS_GROUP

_KINDS: Final[dict[str, Kind]] = {APPS_GROUP: "app", CONNECTORS_GROUP: "connector"}


class AppIndex:
    """The apps that were found, each with its fault if it has one.

    Args:
        found: The apps in the order they were found; of a repeated id the first is kept and any other is in :attr:`broken`.
    """

    def __init__(self, found: Iterable[DiscoveredApp]) -> None:
        self._all = tuple(sorted(found, key=lambda app: app.app_id))
        self._by_id: dict[str, DiscoveredApp] = {}
        for app in self._all:
            if app.app_id not in self._by_id or self._by_id[app.app_id].incomplete:
                self._by_id[app.app_id] = app

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, app_id: object) -> bool:
        return app_id in self._by_id

    def get(self, app_id: str) -> DiscoveredApp:
        """Return one app; its ``fault`` says whether it can be loaded.

        Raises:
            AppNotFoundError: No app has this id.
        """
        try:
            return self._by_id[app_id]
        except KeyError:
            from smartcity_share.documents.suggest import did_you_mean

            raise AppNotFoundError(
                f"No app `{app_id}` is in the environment or in the instance.",
                hint=did_you_mean(app_id, self._by_id)
                or f"Install its distribution with pip, or run `smartcity install {app_id} --from WHEEL`.",
            ) from None

    def restricted(self, folders: Mapping[str, Path | None]) -> AppIndex:
        """Return these apps, of some of them only what lies in one place.

        Args:
            folders: App -> the code folder it has to lie in, None for the environment.
        """
        return AppIndex(
            app
            for app in self._all
            if app.app_id not in folders or (app.location if app.in_code_folder else None) == folders[app.app_id]
        )

    @property
    def apps(self) -> tuple[DiscoveredApp, ...]:
        """The apps without a fault in what was recorded of them, by id. Reads every manifest; imports nothing."""
        return tuple(app for app in self._by_id.values() if app.fault is None)

    @property
    def broken(self) -> tuple[DiscoveredApp, ...]:
        """Whatever has a fault, by id: to be named and passed over. Reads every manifest; imports nothing."""
        return tuple(app for app in self._all if app.fault is not None)


def discover(
    paths: Sequence[Path] = (),
    environment: Sequence[str] | None = None,
    *,
    packages: Callable[[Path], Path | None] = lambda _: None,
) -> AppIndex:
    """Find the apps of the code folders of an instance and of the environment.

    Args:
        paths: Folders a wheel was unpacked into, in order; they shadow the same distribution of the environment.
        environment: Folders to look in after them; ``sys.path`` without the code folders that were put there if None.
        packages: Returns the folder with what the app of a code folder needs beyond the host, None where it needs nothing.
    """
    from smartcity_share.hooks.code_folders import is_code_folder

    folders = [path.absolute() for path in paths]  # as modules will state their place
    entries = [Path(entry).absolute() for entry in (sys.path if environment is None else environment)]
    places = [(folder, True) for folder in dict.fromkeys(folders)]
    places += [(entry, False) for entry in dict.fromkeys(entries) if entry not in folders and not is_code_folder(entry)]
    seen: set[str] = set()
    found: list[DiscoveredApp] = []
    for place, in_code_folder in places:
        records = [record for record in _records(place) if record.key not in seen]
        seen.update(record.key for record in records if record.version)
        for record in records:
            twice = [other for other in records if other.key == record.key and other.version]
            beside = packages(place) if in_code_folder else None
            found += _apps_of(record, place, beside, twice if record.version else [], in_code_folder=in_code_folder)
    return AppIndex(_with_conflicts(found))


@attrs.frozen
class _Record:
    """One ``*.dist-info`` folder that names an app."""

    folder: Path
    name: str
    version: str
    entry_points: tuple[tuple[Kind, str, str], ...]
    trouble: AppMetadataError | None = None

    @property
    def key(self) -> str:
        """The name under which two spellings of a distribution are the same."""
        return re.sub(r"[-_.]+", "-", self.name).lower()


def _records(place: Path) -> list[_Record]:
    """Return the records of apps in a folder of the import path; one that is no folder, or cannot be read, holds none."""
    try:
        return [_record(info) for info in _infos_of_apps(place, place.stat().st_mtime_ns)]
    except OSError:
        return []


@lru_cache(maxsize=64)
def _infos_of_apps(place: Path, _changed: int) -> tuple[Path, ...]:
    """Return what names an app among the hundreds of ``*.dist-info`` of an environment; looked for once until it changes.

    Args:
        place: The folder.
        _changed: When something was put into it or taken out, as the file system says.
    """
    return tuple(sorted(info for info in place.iterdir() if info.name.endswith(".dist-info") and _names_an_app(info)))


def _names_an_app(info: Path) -> bool:
    declared = _text(info / "entry_points.txt")
    return any(group in declared for group in _KINDS) or (info / DIST_INFO_MANIFEST).is_file()


def _record(info: Path) -> _Record:
    declared = _text(info / "entry_points.txt")
    ours = any(group in declared for group in _KINDS)
    name, version = _name_and_version(info)
    trouble: AppMetadataError | None = None
    entry_points: tuple[tuple[Kind, str, str], ...] = ()
    if not version:
        name = info.name.removesuffix(".dist-info").rpartition("-")[0] or info.name
        trouble = AppMetadataError(
            f"`{info.name}` has no complete METADATA: it was left by an installation that was interrupted or undone in part.",
            hint=f"Remove the folder `{info.name}` from the environment, or run `pip install --force-reinstall {name}`.",
        )
    if ours:
        try:
            entry_points = tuple(_entry_points(declared))
        except ValueError as cause:
            trouble = AppMetadataError(
                f"The entry points of `{name}` cannot be read: {cause}.", hint=f"Run `pip install --force-reinstall {name}`."
            )
    if not entry_points:
        entry_points = (("app", name, ""),)
        trouble = trouble or AppMetadataError(
            f"`{name}` carries a smartcity.toml and declares no entry point.",
            hint=f'Its maker adds [project.entry-points."{APPS_GROUP}"] to pyproject.toml: the app id and the module.',
        )
    return _Record(info, name, version, entry_points, trouble)


def _name_and_version(info: Path) -> tuple[str, str]:
    """Read two headers of the core metadata; ``importlib.metadata`` would read all of it, the description included."""
    headers: dict[str, str] = {}
    for line in _text(info / "METADATA").splitlines():
        if not line.strip():
            break
        key, _, value = line.partition(":")
        headers.setdefault(key.lower(), value.strip())
    name, version = headers.get("name", ""), headers.get("version", "")
    return (name, version) if name and version else ("", "")


def _entry_points(declared: str) -> Iterator[tuple[Kind, str, str]]:
    import configparser

    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment] # names keep their case
    try:
        parser.read_string(declared)
    except configparser.Error as cause:
        raise ValueError(str(cause).splitlines()[0]) from None
    for group, kind in _KINDS.items():
        if parser.has_section(group):
            for name, value in parser.items(group):
                yield kind, name, value.partition("[")[0].strip()


def _apps_of(
    record: _Record, place: Path, packages: Path | None, twice: Sequence[_Record], *, in_code_folder: bool
) -> Iterator[DiscoveredApp]:
    trouble = record.trouble
    if trouble is None and len(twice) > 1:
        versions = " and ".join(other.version for other in twice)
        trouble = AppMetadataError(
            f"Versions {versions} of `{record.name}` are recorded in one folder; which of them the files are is not known.",
            hint=f"Run `pip install --force-reinstall {record.name}`, or remove the older `*.dist-info` folder.",
        )
    for kind, app_id, value in record.entry_points:
        yield DiscoveredApp(
            app_id=app_id,
            kind=kind,
            entry_point=value,
            distribution=record.name,
            version=record.version,
            location=place,
            in_code_folder=in_code_folder,
            dist_info=record.folder,
            trouble=trouble,
            packages=packages,
        )


def _with_conflicts(found: Sequence[DiscoveredApp]) -> Iterator[DiscoveredApp]:
    """Give every app whose id another distribution claims too a fault that names both."""
    claims: dict[str, set[str]] = defaultdict(set)
    for app in found:
        if not app.incomplete:
            claims[app.app_id].add(f"{app.distribution} {app.version}")
    for app in found:
        claimed = sorted(claims[app.app_id])
        if app.trouble is not None or len(claimed) < 2:  # noqa: PLR2004 - two claims are a conflict
            yield app
            continue
        names = " and ".join(f"`{claim}`" for claim in claimed)
        yield attrs.evolve(
            app,
            trouble=AppConflictError(
                f"App id `{app.app_id}` is claimed by two publishers: {names}.",
                hint="Keep the one you trust and uninstall the other: `pip uninstall NAME`.",
            ),
        )


def _text(path: Path) -> str:
    """Return the text of a metadata file, an empty one where it is missing or unreadable."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

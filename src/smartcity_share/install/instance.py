"""An instance: one folder that serves one region or several hundred."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.errors import InstanceError, RegionNotFoundError
from smartcity_share.install.layout import Layout

if TYPE_CHECKING:
    from smartcity_share.hooks.discovered import DiscoveredApp
    from smartcity_share.hooks.installation import Installation
    from smartcity_share.hooks.registry import AppRegistry
    from smartcity_share.install.audit import AuditLog
    from smartcity_share.install.config import InstanceConfig
    from smartcity_share.install.environments.place import UsedEnvironments
    from smartcity_share.install.ledger import Ledger
    from smartcity_share.install.records import InstallationRecord
    from smartcity_share.install.registries import CodeChoice, Registries
    from smartcity_share.install.storage.port import DataStore, SharedDatabase, Storage
    from smartcity_share.install.storage.rendering import Script
    from smartcity_share.regions.profile import RegionProfile


def utc_now() -> datetime:
    """Return the present moment in UTC: the clock where no other is handed over."""
    return datetime.now(UTC)


class Instance:
    """An open instance. Everything in it is opened on first use; threads may share it.

    Args:
        folder: The folder of the instance; use :meth:`open`, which looks whether it is one.
        now: The clock.

    Attributes:
        folder: The folder of the instance, absolute.
        layout: Where things lie in it.
        now: The clock: returns aware moments in UTC.
    """

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self.folder = folder.absolute()
        self.layout = Layout(self.folder)
        self.now = now
        self._profiles: dict[str, tuple[int, RegionProfile]] = {}
        self.opened: dict[tuple[str, str], tuple[object, Installation]] = {}
        self.scripts: dict[object, Script] = {}

    def __repr__(self) -> str:
        return f"Instance({str(self.folder)!r})"

    @classmethod
    def create(
        cls,
        folder: Path,
        region_codes: Sequence[str],
        profiles: Mapping[str, Path] | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        database: str = "sqlite",
    ) -> Instance:
        """Make an instance, whole or not at all.

        Args:
            folder: Where; it must not exist or be empty.
            region_codes: Codes of the regions it serves.
            profiles: Folder (or ``profile.toml``) with the profile of a region, by code; any other region gets a profile with
                what the table of regions knows.
            now: The clock.
            database: ``sqlite``, or the URL of a PostgreSQL database; it is kept as a secret.

        Raises:
            InstanceError: The folder is an instance, or holds other things; the database cannot be used.
            UsageError: The URL cannot be read.
            RegionNotFoundError: A code is not in the table and no profile for it is given.
            ProfileError: A profile has faults, is of another region, or names signatories whose term is over.
        """
        from smartcity_share.install.creation import create_instance

        create_instance(folder, region_codes, profiles or {}, now(), database)
        return cls.open(folder, now=now)

    @classmethod
    def open(cls, folder: Path, *, now: Callable[[], datetime] = utc_now, check_config: bool = True) -> Instance:
        """Open an instance.

        Args:
            folder: Its folder.
            now: The clock.
            check_config: Whether every value of ``instance.toml`` is checked now, or when one is first asked for.

        Raises:
            InstanceError: The folder is no instance, is half made, or was made by a newer version.
            InstanceConfigError: ``instance.toml`` has faults.
        """
        from smartcity_share.install.opening import check_folder

        check_folder(folder)
        instance = cls(folder, now=now)
        if check_config:
            _ = instance.config
        return instance

    @cached_property
    def config(self) -> InstanceConfig:
        """The content of ``instance.toml``."""
        from smartcity_share.install.config import read_config

        return read_config(self.layout.config, self.region_codes)

    @property
    def region_codes(self) -> tuple[str, ...]:
        """The codes of the regions this instance serves, sorted."""
        return tuple(sorted(entry.name for entry in self.layout.regions.iterdir() if entry.is_dir() and entry.name[0] != "."))

    def profile_folder(self, code: str) -> Path:
        """Return the folder with the profile and the logo of a region.

        Raises:
            RegionNotFoundError: The instance does not serve this region.
        """
        folder = self.layout.region(code)
        # Asked with every opening: one look at one folder, however many regions there are.
        if not code or code[0] == "." or "/" in code or "\\" in code or not folder.is_dir():
            raise RegionNotFoundError(
                f"This instance does not serve region {code[:40]}",
                hint=f"Served: {', '.join(self.region_codes) or 'none'}. Add one with `smartcity region add CODE`.",
            )
        return folder

    def profile(self, code: str) -> RegionProfile:
        """Return the profile of a region; a changed file is read again.

        Raises:
            RegionNotFoundError: The instance does not serve this region.
            InstanceError: The profile is missing.
            ProfileError: The profile has faults.
        """
        from smartcity_share.regions.profile import PROFILE_FILE, read_profile

        path = self.profile_folder(code) / PROFILE_FILE
        stamp = self.profile_stamp(code)
        known = self._profiles.get(code)
        if known is None or known[0] != stamp:
            known = (stamp, read_profile(path))
            self._profiles[code] = known
        return known[1]

    def profile_stamp(self, code: str) -> int:
        """Return a number that changes when the profile of a region is written.

        Raises:
            InstanceError: The profile is missing.
        """
        path = self.layout.region(code) / "profile.toml"
        try:
            return path.stat().st_mtime_ns
        except FileNotFoundError:
            raise InstanceError(
                f"Region {code} has no profile: regions/{code}/profile.toml is missing",
                hint=f"Put the file back, or make a new one: `smartcity region add {code}`.",
            ) from None

    def add_region(self, code: str, profile_folder: Path | None = None, *, today: date | None = None) -> RegionProfile:
        """Let the instance serve another region, or give one whose profile is lost a new one.

        Args:
            code: Code of the region.
            profile_folder: Folder (or ``profile.toml``) with its profile; one with what the table of regions knows if None.
            today: The day signatories must be in office; today in the region's time zone if None.

        Raises:
            InstanceError: The instance serves it already.
            RegionNotFoundError: The code is not in the table and no profile is given.
            ProfileError: The profile has faults, is of another region, or names signatories whose term is over.
        """
        from smartcity_share.install.profiles import put_profile

        put_profile(self.layout.regions, code, profile_folder, self.now(), today=today)
        return self.profile(code)

    @cached_property
    def storage(self) -> Storage:
        """Everything it keeps in a database."""
        from smartcity_share.install.storage.chosen import storage_of

        return storage_of(self.layout)

    @property
    def ledger(self) -> Ledger:
        """What is installed where, and what was done."""
        return self.storage.ledger

    def data(self, region: str, app: str) -> DataStore:
        """Return the database of an installation, whether it exists or not."""
        return self.storage.data(region, app)

    @property
    def accounts_database(self) -> SharedDatabase:
        """The database of accounts, sessions and the audit trail."""
        return self.storage.accounts

    @cached_property
    def audit(self) -> AuditLog:
        """The audit trail of every region."""
        from smartcity_share.install.audit import AuditLog

        return AuditLog(self.accounts_database, self.now)

    def code_folders(self) -> tuple[Path, ...]:
        """Return the folders of unpacked wheels that installations use."""
        return tuple(self.folder / location for _, location in self.ledger.codes() if location is not None)

    def uses_code(self, app: str, location: str) -> bool:
        """Whether an installation of an app, or a kept state of one, needs a code folder.

        Args:
            app: Id of the app.
            location: The folder relative to the instance.
        """
        from smartcity_share.install.kept_states import code_in_kept_states

        return (app, location) in self.ledger.codes() or location in code_in_kept_states(self, app)

    @cached_property
    def environments(self) -> UsedEnvironments:
        """What apps import beyond the host."""
        from smartcity_share.install.environments.place import UsedEnvironments

        return UsedEnvironments(self.layout)

    @cached_property
    def registries(self) -> Registries:
        """Which code of each app this process runs."""
        from smartcity_share.install.registries import Registries

        return Registries(self.folder, self.ledger.codes, self.environments.packages)

    def prefer_code(self, choice: CodeChoice) -> None:
        """Let this process run this code of these apps, where regions use several; before an app is loaded.

        Args:
            choice: App -> its code folder relative to the instance, None for the app of the environment.
        """
        self.registries.prefer(choice)

    def run_here(self, records: Iterable[InstallationRecord]) -> tuple[InstallationRecord, ...]:
        """Return the installations whose code this process runs; any other is left to another process."""
        return self.registries.run_here(records)

    def registry(self) -> AppRegistry:
        """Return the apps with the code this process runs, loaded on first use; a new one when that has changed.

        For whatever works on all installations; whoever works on one asks for :meth:`registry_for`.
        """
        return self.registries.shared()

    def registry_for(self, region: str, app: str) -> AppRegistry:
        """Return the apps with the code that one installation uses. Loading raises where this process imported another.

        Raises:
            RegionNotFoundError: The instance does not serve the region.
            InstallationNotFoundError: The app is not installed in the region.
        """
        from smartcity_share.install.runtime import record_of

        return self.registry_of(record_of(self, region, app))

    def registry_of(self, record: InstallationRecord) -> AppRegistry:
        """Return the apps with the code of an installation."""
        return self.registries.of(record.app, record.code_location)

    def discovered(self, record: InstallationRecord) -> DiscoveredApp:
        """Return the app of an installation as it lies there; nothing of it is imported.

        Raises:
            AppNotFoundError: Its code is not there.
        """
        return self.registry_of(record).index.get(record.app)

    def close(self) -> None:
        """Close every database; the next use opens it again."""
        self.opened.clear()
        self.storage.close()

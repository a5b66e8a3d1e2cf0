"""Where things lie in the folder of an instance."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import attrs

CONFIG_FILE: Final = "instance.toml"
HALF_MADE_MARKER: Final = "HALF-MADE"
"""Lies in the folder while it is being made; the last thing ``init`` does is to take it away."""

REGION_SCOPE: Final = "_region"
"""Stands for the app where settings are shared by every app of a region; no app id begins with an underscore."""

INSTANCE_SCOPE: Final = "_instance"
"""Stands for region and app in the record of an operation on the whole instance."""


@attrs.frozen
class Layout:
    """The paths of an instance.

    Attributes:
        folder: The folder of the instance.
    """

    folder: Path

    @property
    def config(self) -> Path:
        """The ``instance.toml``."""
        return self.folder / CONFIG_FILE

    @property
    def ledger(self) -> Path:
        """The database that says what is installed where, and what was done."""
        return self.folder / "ledger.sqlite"

    @property
    def accounts(self) -> Path:
        """The database of accounts, sessions and the audit trail."""
        return self.folder / "accounts.sqlite"

    @property
    def jobs(self) -> Path:
        """The database of the last runs of jobs."""
        return self.folder / "jobs.sqlite"

    @property
    def regions(self) -> Path:
        """The folder with one folder per region."""
        return self.folder / "regions"

    @property
    def code(self) -> Path:
        """The unpacked wheels."""
        return self.folder / "code"

    @property
    def packages(self) -> Path:
        """The wheels environments are made of, each under its SHA-256."""
        return self.folder / "packages"

    @property
    def environments(self) -> Path:
        """The packages that apps import beside those of the host, one folder per code set."""
        return self.folder / "environments"

    @property
    def templates(self) -> Path:
        """Databases with tables and no rows, copied to make a new installation."""
        return self.folder / "templates"

    @property
    def catalogues(self) -> Path:
        """What is remembered of catalogues, one folder per trust root."""
        return self.folder / "catalogues"

    @property
    def scratch(self) -> Path:
        """What operations set aside while they run."""
        return self.folder / "tmp"

    @property
    def backups(self) -> Path:
        """Backups that were not sent elsewhere."""
        return self.folder / "backups"

    @property
    def deletions(self) -> Path:
        """The reports of erased installations."""
        return self.folder / "deletions"

    @property
    def installations(self) -> Path:
        """The data and files of every installation."""
        return self.folder / "installations"

    @property
    def all_secrets(self) -> Path:
        """The secrets of every installation."""
        return self.folder / "secrets"

    def region(self, code: str) -> Path:
        """Return the folder of a region: its profile and logo."""
        return self.regions / code

    def installation(self, region: str, app: str) -> Path:
        """Return the folder of an installation."""
        return self.installations / region / app

    def database(self, region: str, app: str) -> Path:
        """Return the SQLite file of an installation."""
        return self.installation(region, app) / "data.sqlite"

    def files(self, region: str, app: str) -> Path:
        """Return the folder of the files of an installation."""
        return self.installation(region, app) / "files"

    def overrides(self, region: str, app: str) -> Path:
        """Return the file with what a region changed of an app."""
        return self.installation(region, app) / "overrides.json"

    def kept_states(self, region: str, app: str) -> Path:
        """Return the folder of the states of an installation that upgrades kept."""
        return self.installation(region, app) / "kept"

    def secrets(self, region: str, app: str) -> Path:
        """Return the folder of the secrets of an installation, or of a region with :data:`REGION_SCOPE`."""
        return self.all_secrets / region / app

    def deletion(self, region: str, app: str, operation: str) -> Path:
        """Return the folder of the report of one erasure."""
        return self.deletions / region / f"{app}-{operation}"

    def rollout(self, rollout: str) -> Path:
        """Return the folder with the wheel of a rollout."""
        return self.folder / "rollouts" / rollout

    def operation(self, operation: str) -> Path:
        """Return the folder where one operation sets things aside."""
        return self.scratch / operation

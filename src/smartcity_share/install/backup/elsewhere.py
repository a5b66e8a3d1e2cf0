"""Making the instance a backup is restored into, where there is none: its regions by the profiles in the backup."""

from __future__ import annotations

import tempfile
from pathlib import Path

from smartcity_share.install.backup.encryption import identities_of
from smartcity_share.install.backup.loading import files_of
from smartcity_share.install.backup.places import What
from smartcity_share.install.backup.restoring import Backup
from smartcity_share.install.creation import create_instance
from smartcity_share.install.storage.database_url import EMBEDDED


def make_instance_for(
    backup: Backup, folder: Path, *, region: str | None = None, app: str | None = None, database: str = EMBEDDED
) -> None:
    """Make an instance for what a backup holds, whole or not at all; nothing is restored yet.

    Args:
        backup: The backup.
        folder: Where; it must not exist or be empty.
        region: Only this region; all if None.
        app: Only the regions of this app; all if None.
        database: ``sqlite``, or the URL of a PostgreSQL database.

    Raises:
        BackupError: The backup does not hold it.
        InstanceError: The folder holds something.
        ProfileError: A profile in the backup has faults.
    """
    codes = list(dict.fromkeys(facts.region for facts in backup.chosen(region, app)))
    keys = [] if backup.identity is None else identities_of(backup.identity)
    with tempfile.TemporaryDirectory(prefix="smartcity-restore-") as scratch:
        profiles = {}
        for code in codes:
            profiles[code] = Path(scratch) / code
            files_of(backup.file, keys, What.PROFILE, code, profiles[code])
        # Who was in office on the day of the backup is believed.
        create_instance(folder, codes, profiles, backup.read.head.created_at, database)

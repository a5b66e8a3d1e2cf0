"""Making the instance a backup is restored into, where there is none: regions, accounts and audit trail by the backup."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smartcity_share.errors import BackupError
from smartcity_share.install.audit import AuditLog
from smartcity_share.install.backup.documents import TrailEnd
from smartcity_share.install.backup.encryption import identities_of
from smartcity_share.install.backup.loading import files_of
from smartcity_share.install.backup.people import put_accounts
from smartcity_share.install.backup.places import Places, What
from smartcity_share.install.backup.reading import blocks_of, opened_backup
from smartcity_share.install.backup.restoring import Backup
from smartcity_share.install.backup.rows import lines_of
from smartcity_share.install.backup.trails import entry_of
from smartcity_share.install.creation import create_instance
from smartcity_share.install.storage.database_url import EMBEDDED
from smartcity_share.install.storage.port import Storage


def make_instance_for(
    backup: Backup, folder: Path, *, region: str | None = None, app: str | None = None, database: str = EMBEDDED
) -> None:
    """Make an instance for what a backup holds, whole or not at all; no app is restored yet.

    Accounts and audit trail come back as they were, for each region the backup holds with everything; the chain of the trail is
    recomputed. Restoring goes on with that trail.

    Args:
        backup: The backup.
        folder: Where; it must not exist or be empty.
        region: Only this region; all if None.
        app: Only the regions of this app, without accounts and audit trail; all if None.
        database: ``sqlite``, or the URL of a PostgreSQL database.

    Raises:
        BackupError: The backup does not hold it.
        InstanceError: The folder holds something.
        ProfileError: A profile in the backup has faults.
    """
    codes = regions_made(backup, region=region, app=app)
    people = people_of(backup, region=region, app=app)
    keys = [] if backup.identity is None else identities_of(backup.identity)

    def first(storage: Storage) -> None:
        if people:
            _put_people(storage, backup, keys, people)

    with tempfile.TemporaryDirectory(prefix="smartcity-restore-") as scratch:
        profiles = {}
        for code in codes:
            profiles[code] = Path(scratch) / code
            files_of(backup.file, keys, What.PROFILE, code, profiles[code])
        # Who was in office on the day of the backup is believed.
        create_instance(folder, codes, profiles, backup.read.head.created_at, database, first=first)


def regions_made(backup: Backup, *, region: str | None = None, app: str | None = None) -> tuple[str, ...]:
    """Return the regions a new instance will serve.

    Raises:
        BackupError: The backup does not hold what was chosen.
    """
    chosen = (facts.region for facts in backup.chosen(region, app))
    return tuple(dict.fromkeys([*chosen, *people_of(backup, region=region, app=app)]))


def people_of(backup: Backup, *, region: str | None = None, app: str | None = None) -> tuple[str, ...]:
    """Return the regions whose accounts and audit trail come back with a new instance."""
    if app is not None:
        return ()
    return tuple(code for code in backup.read.head.people if region in (None, code))


def _put_people(storage: Storage, backup: Backup, keys: Sequence[Any], regions: Sequence[str]) -> None:
    with opened_backup(backup.file, keys) as archive, storage.accounts.begin() as connection:
        places = Places(archive.head)
        for entry in archive:
            place = places.of(entry.name)
            if place.owner not in regions:
                continue
            if place.what is What.ACCOUNTS:
                put_accounts(connection, place.owner, backup.read.people[place.owner])
            elif place.what is What.TRAIL:
                AuditLog.put_chain(connection, [entry_of(line, place.owner) for line in lines_of(blocks_of(archive))])
    log = AuditLog(storage.accounts, lambda: backup.read.head.created_at)
    for code in regions:
        if TrailEnd.of(log.verify(code)) != backup.read.end.trails[code]:
            raise BackupError(
                f"The audit trail of {code} did not come back as it is in the backup; nothing was made",
                hint="See to the disk, then run the same command again; in PostgreSQL with an empty database.",
            )

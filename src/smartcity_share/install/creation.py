"""Making an instance: beside its place, then renamed to it, so that a folder is never half an instance."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from smartcity_share.durable import sync_folder, sync_tree
from smartcity_share.errors import InstanceError
from smartcity_share.install.config import new_config_text
from smartcity_share.install.layout import HALF_MADE_MARKER, Layout
from smartcity_share.install.profiles import put_profile
from smartcity_share.install.secret_files import write_secret
from smartcity_share.install.storage.chosen import storage_of
from smartcity_share.install.storage.database_url import EMBEDDED, IN_SECRET, SECRET_REF, parsed_url
from smartcity_share.install.storage.port import Storage


def create_instance(
    folder: Path,
    region_codes: Sequence[str],
    profiles: Mapping[str, Path],
    now: datetime,
    database: str = EMBEDDED,
    *,
    first: Callable[[Storage], None] = lambda _storage: None,
) -> None:
    """Make the folder of an instance, whole or not at all.

    Args:
        folder: Where; it must not exist or be empty.
        region_codes: Codes of the regions it serves.
        profiles: Folder (or ``profile.toml``) with the profile of a region, by code.
        now: The present moment.
        database: ``sqlite``, or the URL of a PostgreSQL database, which is kept as a secret.
        first: Writes what is in its databases from the beginning.

    Raises:
        UsageError: The URL cannot be read.
        InstanceError: The folder is an instance, or holds other things.
        RegionNotFoundError: A code is not in the table and no profile for it is given.
        ProfileError: A profile has faults, is of another region, or names signatories whose term is over.
    """
    folder = folder.absolute()
    _refuse_taken(folder)
    if database != EMBEDDED:
        parsed_url(database)
    if not region_codes:
        raise InstanceError("An instance serves at least one region", hint="Name it: `--region CODE`.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.half-made-{secrets.token_hex(4)}")
    beside.mkdir(mode=0o750)
    try:
        _fill(Layout(beside), dict.fromkeys(region_codes), profiles, now, database, first)
        sync_tree(beside)
        (beside / HALF_MADE_MARKER).unlink()
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(folder.parent)


def _refuse_taken(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InstanceError(f"{folder} is a file", hint="Name a folder that does not exist yet, or an empty one.")
    if (folder / HALF_MADE_MARKER).exists():
        raise InstanceError(
            f"{folder} is a half made instance: `smartcity init` was cut off while it made it",
            hint="Delete the folder, then run `smartcity init` again.",
        )
    if Layout(folder).config.exists():
        raise InstanceError(
            f"{folder} is an instance already", hint="Let it serve another region with `smartcity region add CODE`."
        )
    if any(folder.iterdir()):
        raise InstanceError(
            f"{folder} holds other files and is no instance", hint="Name a folder that does not exist yet, or an empty one."
        )


def _fill(  # noqa: PLR0917 - what the making of an instance is given
    layout: Layout,
    codes: Mapping[str, None],
    profiles: Mapping[str, Path],
    now: datetime,
    database: str,
    first: Callable[[Storage], None],
) -> None:
    (layout.folder / HALF_MADE_MARKER).write_text("An instance is being made here; it may be deleted.\n", encoding="utf-8")
    for path in (layout.regions, layout.code, layout.templates, layout.scratch, layout.installations):
        path.mkdir()
    layout.all_secrets.mkdir(mode=0o700)
    for code in codes:
        put_profile(layout.regions, code, profiles.get(code), now)
    layout.config.write_text(
        new_config_text(secrets.token_hex(16), EMBEDDED if database == EMBEDDED else IN_SECRET), encoding="utf-8"
    )
    if database != EMBEDDED:
        write_secret(layout, SECRET_REF, database)
    storage = storage_of(layout)
    try:
        storage.create()
        first(storage)
    finally:
        storage.close()

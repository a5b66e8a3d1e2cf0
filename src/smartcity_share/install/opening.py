"""Whether a folder is an instance this library can open."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import InstanceConfigError, InstanceError
from smartcity_share.install.layout import CONFIG_FILE, HALF_MADE_MARKER, Layout
from smartcity_share.install.storage.chosen import named_url
from smartcity_share.install.storage.database_url import EMBEDDED

FORMAT: Final = 1
"""Version of the folder of an instance that this library writes and reads."""


def check_folder(folder: Path) -> None:
    """Refuse a folder that is no instance, is half made, or was made by a newer version. Reads no value but the format.

    Raises:
        InstanceError: It is one of these.
        InstanceConfigError: ``instance.toml`` is no TOML.
    """
    layout = Layout(folder)
    if not folder.is_dir():
        raise InstanceError(f"There is no folder {folder}", hint="Make an instance there: `smartcity init DIR --region CODE`.")
    if (folder / HALF_MADE_MARKER).exists():
        raise _half_made(folder, "`smartcity init` was cut off while it made it")
    if not layout.config.is_file():
        if layout.regions.is_dir() or layout.ledger.exists():
            raise _half_made(folder, f"its {CONFIG_FILE} is missing")
        raise InstanceError(
            f"{folder} is no instance: it holds no {CONFIG_FILE}",
            hint="Name the folder of one with `--instance DIR`, or make one: `smartcity init DIR --region CODE`.",
        )
    _check_format(layout.config)
    kept = (layout.ledger, layout.accounts) if named_url(layout) == EMBEDDED else ()
    missing = [path.name for path in (layout.regions, *kept) if not path.exists()]
    if missing:
        raise _half_made(folder, f"{' and '.join(f'`{name}`' for name in missing)} of it missing")


def _check_format(config: Path) -> None:
    document = TomlDocument.read(config, error=InstanceConfigError)
    found = document.data.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise InstanceError(
            f"This instance has format {found}; this smartcity reads up to {FORMAT}",
            where=document.locate(("format",)),
            hint="Use the version of smartcity-share that made it, or a newer one: `pip install --upgrade smartcity-share`.",
        )


def _half_made(folder: Path, why: str) -> InstanceError:
    return InstanceError(
        f"{folder} is a half made instance: {why}",
        hint="Put what is missing back from a backup; if it never held data, delete the folder and run `smartcity init` again.",
    )

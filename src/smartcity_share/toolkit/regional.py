"""Files of an app that a region may replace: rules, checklists, procedures, kept in the package's ``regional`` folder."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Installation

FOLDER: Final = "regional"


def regional_file(installation: Installation, package: str, name: str) -> bytes:
    """Return a file as the region has it: its own where it has replaced it, else the app's.

    Args:
        installation: The installation.
        package: Import name of the app's package, which holds the ``regional`` folder.
        name: Name of the file below that folder, with ``/`` between parts.

    Raises:
        FileNotFoundError: The app has no such file; a region can replace a file and not add one.
    """
    own = installation.overrides.files.get(name)
    if own is not None:
        return own
    entry = files(package) / FOLDER
    for part in name.split("/"):
        if part in {"", ".", ".."}:
            raise FileNotFoundError(f"{name!r} is no name of a file below {FOLDER}/ of {package}")
        entry /= part
    return entry.read_bytes()

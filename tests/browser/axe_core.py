"""axe-core, the accessibility checker: fetched once by name at a pinned version, kept outside the tree, verified at each use.

``python tests/browser/axe_core.py`` fetches it with npm, whatever registry that is configured with; ``./dev test`` does so by
itself. Its licence is MPL-2.0; it is neither committed nor shipped. Nothing but the standard library is needed here.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

VERSION: Final = "4.14.1"
INTEGRITY: Final = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""SHA-512 of the package, as the registry states it."""

FETCH: Final = "python tests/browser/axe_core.py"
"""What to type where it is missing."""

_FETCH_SECONDS: Final = 120


class AxeError(Exception):
    """axe-core is not there, or is not what it should be."""


def kept() -> Path:
    """Return where the package is kept: in the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "smartcity-share" / f"axe-core-{VERSION}.tgz"


def script(package: Path | None = None) -> str:
    """Return the script that defines ``axe`` in a page.

    Args:
        package: The package; where it is kept, if None.

    Raises:
        AxeError: It is missing, or its bytes are not those of the pinned version.
    """
    place = package or kept()
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise AxeError(f"axe-core {VERSION} is not here; fetch it with: {FETCH}") from None
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != INTEGRITY:
        raise AxeError(f"{place} is not axe-core {VERSION}; remove it, then: {FETCH}")
    with tarfile.open(place) as archive:
        member = archive.extractfile("package/axe.min.js")
        if member is None:
            raise AxeError(f"{place} holds no axe.min.js")
        return member.read().decode()


def fetch() -> Path:
    """Fetch the package with npm, verify it and keep it.

    Raises:
        AxeError: There is no npm, it failed, or what came is not the pinned version.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise AxeError("there is no npm on this machine; apt-get install npm")
    place = kept()
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", folder, "--ignore-scripts", "--fetch-retries=1"]
        try:
            done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=_FETCH_SECONDS)
        except subprocess.TimeoutExpired:
            raise AxeError(f"npm fetched nothing within {_FETCH_SECONDS} s") from None
        found = list(Path(folder).glob("*.tgz"))
        if done.returncode or len(found) != 1:
            raise AxeError(f"npm could not fetch axe-core@{VERSION}: {done.stderr.strip()[-500:]}")
        script(found[0])
        found[0].replace(place)
    return place


def main(arguments: list[str]) -> int:
    """Fetch it unless it is there; with ``--check``, only say whether it is."""
    try:
        try:
            script()
        except AxeError:
            if arguments == ["--check"]:
                raise
            sys.stdout.write(f"{fetch()}\n")
    except AxeError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

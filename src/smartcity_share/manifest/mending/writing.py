"""Mending the file of a manifest: written whole or not at all, and not touched where nothing is mended."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from smartcity_share.documents.source import BOM, decode_source, read_source
from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault, Location, ManifestError, PackageError
from smartcity_share.manifest.mending.every import mend
from smartcity_share.manifest.read import check


def mend_file(path: Path, more: Callable[[TomlDocument], Iterable[Fault]] = lambda _: ()) -> tuple[Fault, ...]:
    """Mend what can be mended for certain in a manifest; the rest of its text stays as it is, byte by byte.

    Args:
        path: The file.
        more: Says further faults of the document, found beside it.

    Returns:
        The faults that are no longer there.

    Raises:
        ManifestError: The file cannot be read as TOML. It was not touched.
        PackageError: The file is a link. It was not touched.
    """
    if path.is_symlink():
        raise PackageError("The manifest is a link", where=Location(str(path)), hint="Name the file it leads to.")
    content = read_source(path, str(path), ManifestError)
    decode_source(content, str(path), ManifestError)
    text = content.decode()  # with the line ends of its author
    mark = BOM if text.startswith(BOM) else ""
    mended = mend(text.removeprefix(BOM), str(path), lambda document: (*check(document)[1], *more(document)))
    if mended.mended:
        _replace(path, (mark + mended.text).encode())
    return mended.mended


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".smartcity-", dir=path.parent)
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.chmod(path.stat().st_mode & 0o7777)
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise

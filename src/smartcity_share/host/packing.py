"""Answers made smaller with gzip: public text, for whoever takes it.

A packed page gives away by its length what it repeats: who can make a browser ask for pages that hold a secret beside words
of the asker's choice learns the secret letter by letter (BREACH). So nothing is packed that is for one reader alone: no page
under a session, none that sets a cookie, none marked ``private`` or ``no-store``. What is left is the same for everybody.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Final

Header = tuple[bytes, bytes]

SMALLEST: Final = 1024
"""Bytes from which on packing is worth it."""

LARGEST: Final = 4 * 1024 * 1024
"""Bytes up to which a whole answer is packed: more of it would hold up the others in the process."""

_LEVEL: Final = 5
_GZIP: Final = 31  # zlib's number for a gzip header and the largest window
_TEXT: Final = re.compile(
    rb"(?:text/[a-z0-9.+-]+|application/(?:[a-z0-9.-]+\+)?(?:json|xml)|application/javascript|image/svg\+xml)(?:\s*;.*)?",
    re.IGNORECASE | re.DOTALL,
)
_FOR_ONE: Final = (b"private", b"no-store", b"no-transform")
_VARY: Final[Header] = (b"vary", b"Accept-Encoding")


class Packer:
    """Packs the body of one answer, part by part."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)

    def pack(self, part: bytes, *, last: bool) -> bytes:
        """Return a part packed; what was handed over so far can be read from what was returned so far."""
        return self._stream.compress(part) + self._stream.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


def packed(status: int, given: Iterable[Header], accept: bytes | None) -> tuple[list[Header], Packer | None]:
    """Return the headers of an answer without a session, and what packs its body if it is to be packed.

    Args:
        status: Its status.
        given: Its headers.
        accept: The ``Accept-Encoding`` of the request, if any.
    """
    headers = list(given)
    found: dict[bytes, bytes] = {name.lower(): value for name, value in headers}
    said = found.get(b"content-length", b"")
    length = int(said) if said.isdigit() else None
    if (
        status != 200  # noqa: PLR2004 - parts, redirects and errors are left as they are
        or not _TEXT.fullmatch(found.get(b"content-type", b""))
        or b"content-encoding" in found
        or b"set-cookie" in found
        or any(word in found.get(b"cache-control", b"").lower() for word in _FOR_ONE)
        or (length is not None and not SMALLEST <= length <= LARGEST)
    ):
        return headers, None
    headers.append(_VARY)
    if not takes_gzip(accept):
        return headers, None
    kept = [(name, _weak(value) if name.lower() == b"etag" else value) for name, value in headers]
    kept = [header for header in kept if header[0].lower() not in {b"content-length", b"accept-ranges"}]
    return [*kept, (b"content-encoding", b"gzip")], Packer()


def takes_gzip(accept: bytes | None) -> bool:
    """Whether a client takes gzip: named, or by ``*``, and not with a weight of nothing."""
    taken: dict[bytes, bool] = {}
    for part in (accept or b"").lower().split(b","):
        name, _, weight = part.partition(b";")
        taken[name.strip()] = re.fullmatch(rb"\s*q\s*=\s*0(?:\.0*)?\s*", weight) is None
    return taken.get(b"gzip", taken.get(b"*", False))


def _weak(tag: bytes) -> bytes:
    """Return a tag for bytes that are not the ones it was made for."""
    return tag if tag.startswith(b"W/") else b"W/" + tag

"""Paths that mean one thing: what several layers could read in several ways is refused before anything is looked up.

An app, a proxy and the host must never disagree on which address a request is for; a path with an empty part, ``.`` or ``..``,
a backslash, a control character, an encoded slash or a broken encoding is refused, encoded or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from smartcity_share.host.refusal import Refusal

LONGEST_PATH: Final = 2048
"""In bytes, encoded."""

LONGEST_QUERY: Final = 8192
"""In bytes, encoded."""

_PLAIN: Final = re.compile(rb"/|(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~!$&'()*+,;=:@-]+)+/?")
_BROKEN_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_HIDDEN_SEPARATOR: Final = re.compile(rb"%(?:2f|5c|00|2e(?:%2e|\.)?(?=/|\Z))", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f\\]|//|/\.{1,2}(?:/|\Z)")


def checked_path(scope: Mapping[str, Any]) -> str:
    """Return the decoded path of a request.

    Args:
        scope: The ASGI scope.

    Raises:
        Refusal: 400 where the path is not one that every layer reads alike, 414 where path or query are too long.
    """
    raw: bytes | None = scope.get("raw_path")
    path: str = scope["path"]
    if len(scope["query_string"]) > LONGEST_QUERY or len(raw if raw is not None else path) > LONGEST_PATH:
        raise Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long.")
    if raw is None:
        raw = path.encode("utf-8", "surrogatepass")
    elif _PLAIN.fullmatch(raw):
        if raw != path.encode("utf-8", "surrogatepass"):
            raise _unclear()
        return path
    elif _BROKEN_ESCAPE.search(raw) or _HIDDEN_SEPARATOR.search(raw):
        raise _unclear()
    else:
        raw = unquote_to_bytes(raw)
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _unclear() from None
    if decoded != path or not path.startswith("/") or _FORBIDDEN.search(path):
        raise _unclear()
    return path


def _unclear() -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "The address is not written clearly.")


def safe_next(target: str | None, root: str) -> str:
    """Return where to go after sign-in: the target if it is a path of this region, else the region's front page.

    Args:
        target: What the request asked for, from a query or a form.
        root: Root path of the region, empty where it has a host name.
    """
    home = f"{root}/"
    if not target or len(target) > LONGEST_PATH or not target.startswith(home):
        return home
    path, _, _ = target.partition("?")
    plain = target.isascii() and target.isprintable() and not any(character in target for character in " \\#")
    if not plain:
        return home
    try:
        checked_path(
            {"path": unquote_to_bytes(path).decode("utf-8", "replace"), "raw_path": path.encode(), "query_string": b""}
        )
    except Refusal:
        return home
    return home if path.startswith((f"{root}/_/masuk", f"{root}/_/keluar")) else target

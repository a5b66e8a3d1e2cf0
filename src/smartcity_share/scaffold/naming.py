"""What an app may be called: an id for addresses, a package for Python and a distribution, all of one word."""

from __future__ import annotations

import keyword
import re
import sys
from typing import Final

from smartcity_share.errors import UsageError

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LENGTHS: Final = range(2, 32)


def package_of(name: str) -> str:
    """Return the import name of an app: its id with underscores."""
    return name.replace("-", "_")


def checked_name(name: str) -> str:
    """Return a name an app can have.

    Args:
        name: What somebody typed.

    Raises:
        UsageError: It is a path, no app id, a word of Python or the name of one of its modules.
    """
    shown = name if len(name) <= 40 else f"{name[:39]}…"  # noqa: PLR2004 - what fits on a line
    if "/" in name or "\\" in name or name in {".", ".."}:
        raise UsageError(
            f"{shown!r} is a path, not a name", hint=f"Go to the folder first, then `smartcity new {_near(name)}`."
        )
    if len(name) not in _LENGTHS or _ID.fullmatch(name) is None:
        raise UsageError(
            f"{shown!r} is no app id: 2 to 31 small letters and digits, parts with one hyphen between, a letter first",
            hint=f"Try `smartcity new {_near(name)}`.",
        )
    package = package_of(name)
    if keyword.iskeyword(package):
        raise UsageError(f"`{package}` is a word of Python: no package can have the name", hint=_other(name))
    if package in sys.stdlib_module_names:
        raise UsageError(f"`{package}` is a module of Python itself, which the app would hide", hint=_other(name))
    return name


def refuse_hiding(name: str) -> None:
    """Refuse a name whose package another one in this environment has.

    Raises:
        UsageError: One has.
    """
    from importlib.util import find_spec

    package = package_of(name)
    found = find_spec(package)
    if found is not None and found.origin is not None:
        raise UsageError(f"A package `{package}` is installed in this environment; the app would hide it", hint=_other(name))


def _near(name: str) -> str:
    """Return the name somebody may have meant."""
    last = re.split(r"[/\\]", name.strip("/\\ "))[-1].lower()
    near = re.sub(r"[^a-z0-9]+", "-", last).strip("-0123456789")[:31].strip("-")
    return near if len(near) in _LENGTHS else "taman"


def _other(name: str) -> str:
    return f"Take another name, for example `smartcity new app-{name}`."

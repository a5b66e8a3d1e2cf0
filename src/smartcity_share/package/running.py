"""Whether a wheel is made for the Python that runs."""

from __future__ import annotations

import platform
from email.parser import HeaderParser
from functools import cache
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, sys_tags

from smartcity_share.errors import Location, PackageError


@cache
def tags_here() -> frozenset[Tag]:
    """Return what the running Python takes: a thousand tags, the same as long as it runs."""
    return frozenset(sys_tags())


def refuse_format(text: str, where: Location) -> None:
    """Check the format version in the file ``WHEEL``.

    Raises:
        PackageError: It is not 1.x.
    """
    version = str(HeaderParser().parsestr(text).get("Wheel-Version", "")).strip()
    if version.partition(".")[0] != "1":
        raise PackageError(
            f"The wheel has the format version {version[:20] or 'unknown'}; this smartcity-share reads 1.x",
            where=where,
            hint="Upgrade smartcity-share, or build the wheel with a current build back end.",
        )


def refuse_other_python(
    path: Path, tags: frozenset[Tag], requires_python: str, supported: frozenset[Tag] | None, python: str | None
) -> None:
    """Check what a wheel asks of Python.

    Args:
        path: The file, for the message.
        tags: What it is made for.
        requires_python: The range of Python versions in its metadata; empty for every one.
        supported: What the Python takes; of the running one where None.
        python: Its version; of the running one where None.

    Raises:
        PackageError: It is made for another.
    """
    where = Location(str(path))
    python = python or platform.python_version()
    taken = tags_here() if supported is None else supported
    if tags.isdisjoint(taken):
        made_for = ", ".join(sorted(str(tag) for tag in tags)[:3])
        raise PackageError(
            f"The wheel is made for {made_for}; this machine runs Python {python} on {platform.system()} {platform.machine()}",
            where=where,
            hint="Ask for a wheel for any platform (py3-none-any), or for this one.",
        )
    try:
        fits = SpecifierSet(requires_python).contains(python, prereleases=True)
    except InvalidSpecifier:
        raise PackageError(
            f"Requires-Python {requires_python[:60]!r} is no range of versions", where=where, hint="Ask for a rebuilt wheel."
        ) from None
    if not fits:
        raise PackageError(
            f"The wheel needs Python {requires_python}; this is {python}",
            where=where,
            hint="Run smartcity with such a Python, or take another version of the app.",
        )

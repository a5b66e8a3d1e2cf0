"""No caches and no leavings of editors: they differ from build to build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.package.rules.base import Content

_PARTS: Final = frozenset({"__pycache__", ".git", ".svn", ".idea", ".vscode", ".pytest_cache", ".mypy_cache", ".DS_Store"})
_ENDINGS: Final = (".pyc", ".pyo", ".swp", ".orig", ".rej", "~")


def check(content: Content) -> Iterator[Fault]:
    """Yield a fault for each such file."""
    for name in content.files:
        if _PARTS & set(name.split("/")) or name.endswith(_ENDINGS):
            yield Fault(
                "wheel-has-leftovers", "A cache or a leaving of a tool is in the wheel", content.at(name), "Leave it out."
            )

"""The bridge to publiccode.yml: check, import and export. It can be used alone.

Example:
    >>> from smartcity_share.publiccode import check
    >>> check(b"publiccodeYmlVersion: '0'").valid
    False
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_share.publiccode.checking import check, check_file
    from smartcity_share.publiccode.exporting import Adopter, export
    from smartcity_share.publiccode.importing import ManifestDraft, import_
    from smartcity_share.publiccode.reach.asking import Online
    from smartcity_share.publiccode.result import Result

_HOME = {
    "Adopter": "exporting",
    "ManifestDraft": "importing",
    "Online": "reach.asking",
    "Result": "result",
    "check": "checking",
    "check_file": "checking",
    "export": "exporting",
    "import_": "importing",
}

__all__ = ["Adopter", "ManifestDraft", "Online", "Result", "check", "check_file", "export", "import_"]


def __getattr__(name: str) -> object:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

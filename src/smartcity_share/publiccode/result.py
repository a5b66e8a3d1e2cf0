"""What a check found: errors, warnings, and what could not be checked here."""

from __future__ import annotations

from typing import Any

import attrs

from smartcity_share.errors import Fault


@attrs.frozen
class Result:
    """The verdict on one publiccode.yml.

    Attributes:
        errors: What makes the file invalid, in the order of the file. ``where.key`` is the key path of the standard: dots,
            0-based ``[i]`` for entries of lists, ``description[en-US]`` for languages with a hyphen.
        warnings: What is deprecated or unwise; the file is valid with it.
        notices: What was not checked, because the lists for it are not part of this library or no folder was given.
    """

    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the file has no error."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """Return the form that ``smartcity publiccode check --json`` prints."""
        told = [*(("error", fault) for fault in self.errors), *(("warning", fault) for fault in self.warnings)]
        told.sort(key=lambda entry: (entry[1].where.line or 0, entry[1].where.column or 0))
        return {
            "valid": self.valid,
            "results": [{"type": kind, **_plain(fault)} for kind, fault in told],
            "notices": [_plain(fault) for fault in self.notices],
        }


def _plain(fault: Fault) -> dict[str, Any]:
    return {
        "key": fault.where.key or "",
        "line": fault.where.line or 0,
        "column": fault.where.column or 0,
        "code": fault.code,
        "message": fault.message,
        "mend": fault.mend,
    }

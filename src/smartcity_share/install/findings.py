"""What ``doctor`` finds."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import attrs


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"


@attrs.frozen
class Finding:
    """One thing that is wrong.

    Attributes:
        code: Stable code in kebab case.
        severity: Whether something does not work, or soon will not.
        subject: What it is about: an app, an installation, a region, a file.
        message: What was found.
        mend: What to do about it.
        region: Code of the region, None where it concerns all.
        app: Id of the app, None where it concerns none.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    mend: str
    region: str | None = None
    app: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON."""
        return {**attrs.asdict(self), "severity": str(self.severity)}

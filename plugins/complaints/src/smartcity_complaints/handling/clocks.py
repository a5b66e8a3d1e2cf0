"""What a step does to the running deadline of a report."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from smartcity_complaints.records import Report
from smartcity_complaints.regional import deadline, settings_of
from smartcity_complaints.workflow import Clock, Step
from smartcity_share import Installation

_DEFAULT_RESPONSE_DAYS: Final = 5
"""Where a kind is no longer among the settings: the follow-up time of SP4N-LAPOR!."""


def due_after(installation: Installation, report: Report, step: Step, now: datetime) -> datetime | None:
    """Return the deadline that runs after a step; None where none does."""
    settings = settings_of(installation)
    match step.clock:
        case Clock.KEEP:
            return report.due_at
        case Clock.STOP:
            return None
        case Clock.VERIFY:
            return deadline(installation, now, settings.verify_days)
        case Clock.REPLY:
            kind = settings.kind(report.kind)
            return deadline(installation, now, kind.response_days if kind else _DEFAULT_RESPONSE_DAYS)

"""Until when a reporter may object to a reply."""

from __future__ import annotations

from datetime import datetime

from smartcity_complaints.records import Report
from smartcity_complaints.regional import deadline, settings_of
from smartcity_share import Installation


def appeal_until(installation: Installation, report: Report) -> datetime | None:
    """Return until when the reporter may object to the reply, None where there is no reply."""
    if report.answered_at is None:
        return None
    return deadline(installation, report.answered_at, settings_of(installation).reopen_days)


def may_still_appeal(installation: Installation, report: Report) -> bool:
    """Whether the reporter may object now."""
    until = appeal_until(installation, report)
    return until is not None and installation.now() < until

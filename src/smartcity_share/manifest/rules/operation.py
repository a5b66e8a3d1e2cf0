"""Rules about jobs and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.rules.raw import entries, table
from smartcity_share.manifest.schedule import fault_of

_SPANS: Final = (
    ("legal_basis", "valid_from", "valid_until"),
    ("supersedes", "since", "until"),
    ("overlaps", "since", "until"),
)


def schedules_are_valid(document: TomlDocument) -> Iterator[Fault]:
    """The schedule of a job is one that cron understands and that comes true some day."""
    for at, job in entries(document.data, "job"):
        schedule = job.get("schedule")
        wrong = fault_of(schedule) if isinstance(schedule, str) and schedule.strip() else None
        if wrong is not None:
            yield Fault(
                "job-schedule-invalid",
                wrong,
                document.locate((*at, "schedule")),
                "Write minute, hour, day of the month, month, day of the week: `0 3 * * *` is every day at three.",
            )


def jobs_are_needed(document: TomlDocument) -> Iterator[Fault]:
    """An app with jobs says so in ``[needs]``, where the operator looks."""
    if next(entries(document.data, "job"), None) is not None and not table(document, "needs").get("jobs"):
        yield Fault(
            "need-unstated",
            "The app has `[[job]]` entries, and `[needs]` does not say so",
            document.locate(("needs", "jobs")),
            "Write `jobs = true` under `[needs]`.",
        )


def dates_are_ordered(document: TomlDocument) -> Iterator[Fault]:
    """Nothing ends before it begins."""
    for name, begin, end in _SPANS:
        for at, entry in entries(document.data, name):
            first, last = _day(entry.get(begin)), _day(entry.get(end))
            if first is not None and last is not None and last < first:
                yield Fault(
                    "dates-reversed",
                    f"`{end}` {last} is before `{begin}` {first}",
                    document.locate((*at, end)),
                    "Correct one of the two dates.",
                )


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None

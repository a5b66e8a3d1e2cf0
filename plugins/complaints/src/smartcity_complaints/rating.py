"""What a reporter thinks of how a report was handled: one to five, once, to be changed for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from smartcity_complaints.errors import NotPossibleError
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action, Hand, possible

LOWEST: Final = 1
HIGHEST: Final = 5
WORDS_LIMIT: Final = 1000


def rating_until(report: Report, days: int) -> datetime | None:
    """Return until when a rating that was given can be changed; None where none was given yet."""
    return None if report.rated_at is None else report.rated_at + timedelta(days=days)


def may_rate(report: Report, days: int, now: datetime) -> bool:
    """Whether the reporter may rate now, or change the rating."""
    until = rating_until(report, days)
    can = any(step.action is Action.RATE for step in possible(report.situation, Hand(reporter=True)))
    return can and (until is None or now < until)


def rating_values(report: Report, rating: int | None, words: str, *, days: int, now: datetime) -> dict[str, Any]:
    """Return what a rating changes in the report.

    Args:
        report: The report.
        rating: One to five.
        words: What the reporter says with it, or nothing.
        days: For how long a rating can be changed.
        now: The moment.

    Raises:
        NotPossibleError: It is no such number, the words are too long, or the time to change it has passed.
    """
    if rating is None or not LOWEST <= rating <= HIGHEST:
        raise NotPossibleError("Choose one to five.")
    if len(words) > WORDS_LIMIT:
        raise NotPossibleError("The text is longer than %(limit)s characters.", limit=WORDS_LIMIT)
    if not may_rate(report, days, now):
        raise NotPossibleError("The rating can no longer be changed.")
    return {"rating": rating, "rating_text": words or None, "rated_at": report.rated_at or now}

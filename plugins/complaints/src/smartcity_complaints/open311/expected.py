"""When a request can be expected to be fulfilled: the deadlines of the region, as a promise to who reported."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.listing import Found
from smartcity_complaints.regional import deadline
from smartcity_complaints.workflow import State

_DEFAULT_RESPONSE_DAYS: Final = 5
"""Where a kind is no longer among the settings: the follow-up time of SP4N-LAPOR!."""

_MOMENT: Final = timedelta(seconds=1)
_TO_FORWARD: Final = frozenset({State.NEW, State.VERIFIED})
_TO_REPLY: Final = frozenset({State.FORWARDED, State.IN_PROGRESS})


class Expectations:
    """Works out when requests are expected to be fulfilled, each day and kind once.

    Args:
        context: The context.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[tuple[date, str], datetime] = {}

    def of(self, request: Found) -> datetime | None:
        """Return when the office has to have replied, None where no deadline runs.

        Before the report lies with an office, that is the deadline to forward it and then the time the office has.
        """
        if request.closed or request.due_at is None:
            return None
        if request.state in _TO_REPLY:
            return request.due_at
        return self._after_forwarding(request.due_at, request.kind) if request.state in _TO_FORWARD else None

    def _after_forwarding(self, due: datetime, code: str) -> datetime:
        last_day = due - _MOMENT  # a deadline ends at midnight after its last day
        key = (last_day.date(), code)
        if key not in self._known:
            kind = self._context.settings.kind(code)
            days = kind.response_days if kind else _DEFAULT_RESPONSE_DAYS
            self._known[key] = deadline(self._context.installation, last_day, days)
        return self._known[key]

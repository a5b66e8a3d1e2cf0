"""What happens to a complaint beside its own way: deadlines pass, others say the same, its reporter rates it or has it erased.

Pure: each function takes a line and gives back another one; chance comes from the draw it is handed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from smartcity_complaints.exchange_format import ErasureLine, EventLine, ReportLine
from smartcity_complaints.workflow import Action, Audience, State, step_for

HIGHEST_LEVEL: Final = 3
_MARKS: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4}
_RATED_SHARE: Final = 0.6
_ECHO_SHARE: Final = 0.15

Deadline = Callable[[datetime, int], datetime]
"""The end of so many working days of the region after a moment."""


def escalated(line: ReportLine, now: datetime, days: int, deadline: Deadline) -> ReportLine:
    """Return a report that has risen, as the app's own clock would have raised it.

    Args:
        line: The report.
        now: The moment all leads up to.
        days: Working days between two levels.
        deadline: The calendar of the region.
    """
    if line.due_at is None:
        return line
    last_day = line.due_at - timedelta(seconds=1)
    level = 0
    while level < HIGHEST_LEVEL and (at := line.due_at if level == 0 else deadline(last_day, level * days)) <= now:
        level += 1
        line = _with_event(line, at, Action.ESCALATE, author="system", text=f"{level}")
    return line.model_copy(update={"late_level": level, "updated_at": line.events[-1].at})


def rated(line: ReportLine, now: datetime, draw: Random, words: list[str]) -> ReportLine:
    """Return a report that its reporter may have rated, once it was answered."""
    at = line.events[-1].at + timedelta(minutes=draw.randrange(30, 3600))
    may = line.state in {State.ANSWERED, State.CLOSED} and line.merged_into is None and at < now
    if not may or draw.random() > _RATED_SHARE:
        return line
    (mark,) = draw.choices(list(_MARKS), list(_MARKS.values()))
    line = _with_event(line, at, Action.RATE, author="reporter", text=f"{mark}")
    said = draw.choice(words) or None
    return line.model_copy(update={"rating": mark, "rating_text": said, "rated_at": at, "updated_at": at})


def echoed(line: ReportLine, draw: Random) -> ReportLine:
    """Return a report of which others may have said that they mean the same."""
    if not line.published or draw.random() > _ECHO_SHARE:
        return line
    return line.model_copy(update={"echoes": draw.randint(1, 6)})


def asked_to_be_erased(line: ReportLine, now: datetime) -> ReportLine:
    """Return a report whose reporter waits for a decision since the day before."""
    request = ErasureLine(requested_at=now - timedelta(hours=20), words="Masalahnya sudah selesai, mohon data saya dihapus.")
    return line.model_copy(update={"erasure_requests": (request,)})


def may_be_head(line: ReportLine) -> bool:
    """Whether a later report of the same matter can be joined with this one."""
    return line.state in {State.VERIFIED, State.FORWARDED, State.IN_PROGRESS} and not line.confidential


def joined(line: ReportLine, head: ReportLine, draw: Random) -> tuple[ReportLine, ReportLine]:
    """Return a report as one of what another was filed of before, and that other one, which is told.

    Args:
        line: The later report; it ends with the step ``merge``.
        head: The one that was there before.
        draw: Where chance comes from.
    """
    last = line.events[-1].model_copy(update={"text": head.number})
    near = [
        None if degrees is None else round(degrees + draw.uniform(-4e-4, 4e-4), 5)
        for degrees in (head.latitude, head.longitude)
    ]
    later = line.model_copy(
        update={
            **{name: getattr(head, name) for name in ("kind", "kind_titles", "district", "place")},
            "text": f"{head.text.partition('.')[0]}. Sampai hari ini belum ada perubahan.",
            "latitude": near[0],
            "longitude": near[1],
            "confidential": False,
            "merged_into": head.number,
            "events": (*line.events[:-1], last),
            "photos": (),
        }
    )
    told = _with_event(
        head,
        last.at,
        Action.JOINED,
        author="official",
        text=line.number,
        actor_name=last.actor_name,
        read_by=Audience.OFFICIALS,
    )
    return later, told


def _with_event(
    line: ReportLine,
    at: datetime,
    action: Action,
    *,
    author: str,
    text: str,
    actor_name: str = "",
    read_by: Audience | None = None,
) -> ReportLine:
    """Return a report with one more entry in its history, put where its moment belongs."""
    place = sum(event.at <= at for event in line.events)
    state = line.events[place - 1].to_state
    step = None if action is Action.JOINED else step_for(action)
    event = EventLine(
        at=at,
        action=action,
        from_state=state,
        to_state=state,
        author=author,
        actor_name=actor_name,
        audience=Audience.EVERYONE if step is None else step.audience,
        text_audience=read_by or (Audience.EVERYONE if step is None else step.text_audience),
        text=text,
    )
    return line.model_copy(update={"events": (*line.events[:place], event, *line.events[place:])})

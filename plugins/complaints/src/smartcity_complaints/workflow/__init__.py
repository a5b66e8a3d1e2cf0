"""What may happen to a report: a table of steps after SP4N-LAPOR!, and one pure function that judges an act against it.

    baru ─ verify ─> terverifikasi ─ forward ─> diteruskan ─ start ─> ditindaklanjuti ─ reply ─> dijawab ─ close ─> selesai
      │ └─ reject ─> ditolak
      └─── return ─> dikembalikan ─ complete ─> baru

A report is never closed without a reply to its reporter: ``closed`` is reached from ``answered`` only, and ``answered`` only
by a reply with words in it. The one exception is a report of what was reported before: it is joined with the other report
(``merge``), which is answered for both, and can be parted from it again (``split``). No step leads around the history: every
one adds an event.
"""

from __future__ import annotations

from smartcity_complaints.workflow.judging import TEXT_LIMIT, Hand, judge, possible
from smartcity_complaints.workflow.permissions import Permission
from smartcity_complaints.workflow.states import ENDED, HIDDEN, OPEN, Situation, State
from smartcity_complaints.workflow.steps import TOLD, Action, Audience, Clock, Step
from smartcity_complaints.workflow.table import STEPS, step_for

__all__ = [
    "ENDED",
    "HIDDEN",
    "OPEN",
    "STEPS",
    "TEXT_LIMIT",
    "TOLD",
    "Action",
    "Audience",
    "Clock",
    "Hand",
    "Permission",
    "Situation",
    "State",
    "Step",
    "judge",
    "possible",
    "step_for",
]

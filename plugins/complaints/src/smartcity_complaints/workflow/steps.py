"""What can be done to a report, and what one row of the table of steps says."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import attrs

from smartcity_complaints.workflow.permissions import Permission
from smartcity_complaints.workflow.states import Situation, State


class Action(StrEnum):
    """What can be done to a report."""

    SUBMIT = "submit"
    VERIFY = "verify"
    RETURN = "return"
    COMPLETE = "complete"
    REJECT = "reject"
    FORWARD = "forward"
    HAND_BACK = "hand_back"
    START = "start"
    PROGRESS = "progress"
    REPLY = "reply"
    CLOSE = "close"
    REOPEN = "reopen"
    APPEAL = "appeal"
    NOTE = "note"
    MERGE = "merge"
    SPLIT = "split"
    RATE = "rate"
    ESCALATE = "escalate"
    # What the other report of a merger and a split is told; nobody takes them.
    JOINED = "joined"
    PARTED = "parted"


TOLD: Final = frozenset({Action.SUBMIT, Action.JOINED, Action.PARTED})
"""What stands in a history without being a step of the table."""


class Audience(StrEnum):
    """Who sees an event, or the words in it. Each sees what those before it see."""

    EVERYONE = "everyone"
    REPORTER = "reporter"
    OFFICIALS = "officials"


class Clock(StrEnum):
    """What a step does to the running deadline."""

    KEEP = "keep"
    VERIFY = "verify"
    REPLY = "reply"
    STOP = "stop"


@attrs.frozen
class Step:
    """One row of the table.

    Attributes:
        action: What is done.
        sources: The states in which it can be done.
        target: The state it leads to; None where the state stays.
        permission: What an official needs; None where it is the reporter's own step, shown by the secret link.
        text_required: Whether words must be given.
        audience: Who sees that it happened.
        text_audience: Who sees the words.
        clock: What becomes of the running deadline.
        office: Whether an office must be named.
        joined: Whether it is for a report that was joined with another; every other step but a note is not.
        by_clock: Whether the service takes it by itself when its time has come.
    """

    action: Action
    sources: frozenset[State]
    target: State | None
    permission: Permission | None
    text_required: bool = False
    audience: Audience = Audience.EVERYONE
    text_audience: Audience = Audience.EVERYONE
    clock: Clock = Clock.KEEP
    office: bool = False
    joined: bool = False
    by_clock: bool = False

    def fits(self, situation: Situation) -> bool:
        """Whether it can be taken where a report stands so."""
        return situation.state in self.sources and (self.action is Action.NOTE or self.joined == situation.joined)

"""The table of steps after SP4N-LAPOR!."""

from __future__ import annotations

from typing import Final

from smartcity_complaints.workflow.permissions import Permission
from smartcity_complaints.workflow.states import State
from smartcity_complaints.workflow.steps import Action, Audience, Clock, Step

STEPS: Final = (
    Step(Action.VERIFY, frozenset({State.NEW}), State.VERIFIED, Permission.VERIFY, text_audience=Audience.OFFICIALS),
    Step(
        Action.RETURN,
        frozenset({State.NEW, State.VERIFIED}),
        State.RETURNED,
        Permission.VERIFY,
        text_required=True,
        text_audience=Audience.REPORTER,
        clock=Clock.STOP,
    ),
    Step(
        Action.COMPLETE,
        frozenset({State.RETURNED}),
        State.NEW,
        None,
        text_required=True,
        text_audience=Audience.REPORTER,
        clock=Clock.VERIFY,
    ),
    Step(
        Action.REJECT,
        frozenset({State.NEW, State.RETURNED, State.VERIFIED}),
        State.REJECTED,
        Permission.VERIFY,
        text_required=True,
        text_audience=Audience.REPORTER,
        clock=Clock.STOP,
    ),
    Step(
        Action.FORWARD,
        frozenset({State.VERIFIED, State.FORWARDED, State.IN_PROGRESS}),
        State.FORWARDED,
        Permission.FORWARD,
        text_audience=Audience.OFFICIALS,
        clock=Clock.REPLY,
        office=True,
    ),
    # The office says that it is not the right one: the coordinator decides again.
    Step(
        Action.HAND_BACK,
        frozenset({State.FORWARDED, State.IN_PROGRESS}),
        State.VERIFIED,
        Permission.HANDLE,
        text_required=True,
        audience=Audience.OFFICIALS,
        text_audience=Audience.OFFICIALS,
    ),
    Step(Action.START, frozenset({State.FORWARDED}), State.IN_PROGRESS, Permission.HANDLE),
    Step(Action.PROGRESS, frozenset({State.IN_PROGRESS}), None, Permission.HANDLE, text_required=True),
    Step(
        Action.REPLY,
        frozenset({State.VERIFIED, State.FORWARDED, State.IN_PROGRESS, State.ANSWERED}),
        State.ANSWERED,
        Permission.HANDLE,
        text_required=True,
        clock=Clock.STOP,
    ),
    Step(Action.CLOSE, frozenset({State.ANSWERED}), State.CLOSED, Permission.CLOSE, clock=Clock.STOP, by_clock=True),
    Step(
        Action.REOPEN,
        frozenset({State.ANSWERED, State.CLOSED, State.REJECTED}),
        State.VERIFIED,
        Permission.VERIFY,
        text_required=True,
        text_audience=Audience.OFFICIALS,
        clock=Clock.VERIFY,
    ),
    Step(
        Action.APPEAL,
        frozenset({State.ANSWERED, State.CLOSED}),
        State.VERIFIED,
        None,
        text_required=True,
        text_audience=Audience.REPORTER,
        clock=Clock.VERIFY,
    ),
    Step(
        Action.NOTE,
        frozenset(State),
        None,
        Permission.NOTE,
        text_required=True,
        audience=Audience.OFFICIALS,
        text_audience=Audience.OFFICIALS,
    ),
    # The same matter was reported before: this report ends, and its reporter follows the other one, which is named.
    Step(
        Action.MERGE,
        frozenset({State.NEW, State.RETURNED, State.VERIFIED, State.FORWARDED, State.IN_PROGRESS}),
        State.CLOSED,
        Permission.VERIFY,
        # The words are the number of the other report.
        text_audience=Audience.REPORTER,
        clock=Clock.STOP,
    ),
    Step(
        Action.SPLIT,
        frozenset({State.CLOSED}),
        State.VERIFIED,
        Permission.VERIFY,
        text_required=True,
        text_audience=Audience.OFFICIALS,
        clock=Clock.VERIFY,
        joined=True,
    ),
    Step(Action.RATE, frozenset({State.ANSWERED, State.CLOSED}), None, None, text_audience=Audience.OFFICIALS),
    Step(
        Action.ESCALATE,
        frozenset({State.NEW, State.VERIFIED, State.FORWARDED, State.IN_PROGRESS}),
        None,
        None,
        audience=Audience.OFFICIALS,
        text_audience=Audience.OFFICIALS,
        by_clock=True,
    ),
)

_BY_ACTION: Final = {step.action: step for step in STEPS}


def step_for(action: Action) -> Step:
    """Return the row of the table for an action other than submitting."""
    return _BY_ACTION[action]

"""The words for what a report is in and for what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smartcity_complaints.web.marked import N_
from smartcity_complaints.workflow import Action, State

STATES: Final[Mapping[State, tuple[str, str, str]]] = {
    State.NEW: (N_("New"), "info", N_("The report has arrived and waits for an official to check it.")),
    State.RETURNED: (N_("Returned"), "warn", N_("The official needs to know more. The reporter can complete the report.")),
    State.VERIFIED: (N_("Verified"), "info", N_("The report has been checked and is about to be given to an office.")),
    State.FORWARDED: (N_("Forwarded"), "info", N_("The report lies with the office that has to handle it.")),
    State.IN_PROGRESS: (N_("In progress"), "info", N_("The office is working on it.")),
    State.ANSWERED: (N_("Answered"), "good", N_("The office has replied.")),
    State.CLOSED: (N_("Closed"), "good", N_("The report has been handled and is closed.")),
    State.REJECTED: (
        N_("Rejected"),
        "neutral",
        N_("The report cannot be handled here. The reason has been given to the reporter."),
    ),
}

HAPPENED: Final[Mapping[Action, str]] = {
    Action.SUBMIT: N_("Report received"),
    Action.VERIFY: N_("Report verified"),
    Action.RETURN: N_("Returned to the reporter to be completed"),
    Action.COMPLETE: N_("Completed by the reporter"),
    Action.REJECT: N_("Report rejected"),
    Action.FORWARD: N_("Forwarded"),
    Action.HAND_BACK: N_("Handed back by the office"),
    Action.START: N_("Work has begun"),
    Action.PROGRESS: N_("Progress"),
    Action.REPLY: N_("Reply"),
    Action.CLOSE: N_("Report closed"),
    Action.REOPEN: N_("Report reopened"),
    Action.APPEAL: N_("The reporter objects to the reply"),
    Action.NOTE: N_("Internal note"),
    Action.MERGE: N_("Joined with a report of the same matter"),
    Action.SPLIT: N_("Parted from the other report, handled for itself"),
    Action.JOINED: N_("Somebody else reported the same; the reports were joined"),
    Action.PARTED: N_("A joined report was parted again"),
    Action.RATE: N_("Rated by the reporter"),
    Action.ESCALATE: N_("The deadline has passed"),
}

KINDS: Final[Mapping[Action, str]] = {
    Action.RETURN: "warn",
    Action.REJECT: "bad",
    Action.HAND_BACK: "warn",
    Action.REPLY: "good",
    Action.CLOSE: "good",
    Action.APPEAL: "warn",
    Action.MERGE: "good",
    Action.SPLIT: "warn",
    Action.ESCALATE: "bad",
}

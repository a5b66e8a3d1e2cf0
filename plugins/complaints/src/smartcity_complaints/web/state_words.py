"""The words for what a report is in and for what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smartcity_complaints.workflow import Action, State
from smartcity_share.toolkit.translations import message

STATES: Final[Mapping[State, tuple[str, str, str]]] = {
    State.NEW: (message("New"), "info", message("The report has arrived and waits for an official to check it.")),
    State.RETURNED: (
        message("Returned"),
        "warn",
        message("The official needs to know more. The reporter can complete the report."),
    ),
    State.VERIFIED: (
        message("Verified"),
        "info",
        message("The report has been checked and is about to be given to an office."),
    ),
    State.FORWARDED: (message("Forwarded"), "info", message("The report lies with the office that has to handle it.")),
    State.IN_PROGRESS: (message("In progress"), "info", message("The office is working on it.")),
    State.ANSWERED: (message("Answered"), "good", message("The office has replied.")),
    State.CLOSED: (message("Closed"), "good", message("The report has been handled and is closed.")),
    State.REJECTED: (
        message("Rejected"),
        "neutral",
        message("The report cannot be handled here. The reason has been given to the reporter."),
    ),
}

HAPPENED: Final[Mapping[Action, str]] = {
    Action.SUBMIT: message("Report received"),
    Action.VERIFY: message("Report verified"),
    Action.RETURN: message("Returned to the reporter to be completed"),
    Action.COMPLETE: message("Completed by the reporter"),
    Action.REJECT: message("Report rejected"),
    Action.FORWARD: message("Forwarded"),
    Action.HAND_BACK: message("Handed back by the office"),
    Action.START: message("Work has begun"),
    Action.PROGRESS: message("Progress"),
    Action.REPLY: message("Reply"),
    Action.CLOSE: message("Report closed"),
    Action.REOPEN: message("Report reopened"),
    Action.APPEAL: message("The reporter objects to the reply"),
    Action.NOTE: message("Internal note"),
    Action.MERGE: message("Joined with a report of the same matter"),
    Action.SPLIT: message("Parted from the other report, handled for itself"),
    Action.JOINED: message("Somebody else reported the same; the reports were joined"),
    Action.PARTED: message("A joined report was parted again"),
    Action.RATE: message("Rated by the reporter"),
    Action.ESCALATE: message("The deadline has passed"),
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

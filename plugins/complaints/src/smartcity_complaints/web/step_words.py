"""The words of the forms with which a step is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from smartcity_complaints.workflow import Action
from smartcity_share.toolkit.translations import message


@attrs.frozen
class StepWords:
    """The words of a step's form: title, label of the text, help, label of the button."""

    title: str
    text: str
    help: str
    button: str


FORMS: Final[Mapping[Action, StepWords]] = {
    Action.VERIFY: StepWords(
        message("Verify"),
        message("Note for colleagues (optional)"),
        message("The report is complete, understandable and a matter of this region."),
        message("Verify"),
    ),
    Action.RETURN: StepWords(
        message("Return to the reporter"),
        message("What is missing"),
        message("Only the reporter reads this. Ask for what you need, in plain words."),
        message("Return"),
    ),
    Action.REJECT: StepWords(
        message("Reject"),
        message("Reason"),
        message("Only the reporter reads this. Say why, and where to turn to instead."),
        message("Reject"),
    ),
    Action.FORWARD: StepWords(
        message("Forward to an office"),
        message("Instruction for the office (optional)"),
        message("Only officials read this."),
        message("Forward"),
    ),
    Action.HAND_BACK: StepWords(
        message("Hand back"),
        message("Why another office is in charge"),
        message("Only officials read this."),
        message("Hand back"),
    ),
    Action.START: StepWords(
        message("Begin the work"),
        message("What happens next (optional)"),
        message("Everyone who follows the report reads this."),
        message("Begin"),
    ),
    Action.PROGRESS: StepWords(
        message("Record progress"),
        message("What has been done"),
        message("Everyone who follows the report reads this."),
        message("Record"),
    ),
    Action.REPLY: StepWords(
        message("Reply"),
        message("Reply to the reporter"),
        message("Everyone who follows the report reads this. Say what was done, or when it will be."),
        message("Send the reply"),
    ),
    Action.CLOSE: StepWords(
        message("Close"),
        message("Closing word (optional)"),
        message("Everyone who follows the report reads this."),
        message("Close the report"),
    ),
    Action.REOPEN: StepWords(
        message("Reopen"),
        message("Reason"),
        message("Only officials read this."),
        message("Reopen"),
    ),
    Action.NOTE: StepWords(
        message("Internal note"),
        message("Note"),
        message("Only officials read this."),
        message("Keep the note"),
    ),
    Action.MERGE: StepWords(
        message("Join with another report"),
        message("Number of the report that was there before"),
        message(
            "This report closes; its reporter is shown the progress of the other one. Nothing of it becomes public by that."
        ),
        message("Join the reports"),
    ),
    Action.SPLIT: StepWords(
        message("Part from the other report"),
        message("Reason"),
        message("Only officials read this. The report is handled for itself again."),
        message("Part the reports"),
    ),
    Action.RATE: StepWords(
        message("How was your report handled?"),
        message("Why (optional)"),
        message("Only officials and you read this; the number counts in the figures of the service."),
        message("Send the rating"),
    ),
    Action.COMPLETE: StepWords(
        message("Complete your report"),
        message("What you add"),
        message("Only officials and you read this."),
        message("Send"),
    ),
    Action.APPEAL: StepWords(
        message("Object to the reply"),
        message("What is not solved"),
        message("Only officials and you read this. The report is looked at again."),
        message("Send"),
    ),
}

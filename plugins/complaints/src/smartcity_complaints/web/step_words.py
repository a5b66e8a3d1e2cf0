"""The words of the forms with which a step is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from smartcity_complaints.web.marked import N_
from smartcity_complaints.workflow import Action


@attrs.frozen
class StepWords:
    """The words of a step's form: title, label of the text, help, label of the button."""

    title: str
    text: str
    help: str
    button: str


FORMS: Final[Mapping[Action, StepWords]] = {
    Action.VERIFY: StepWords(
        N_("Verify"),
        N_("Note for colleagues (optional)"),
        N_("The report is complete, understandable and a matter of this region."),
        N_("Verify"),
    ),
    Action.RETURN: StepWords(
        N_("Return to the reporter"),
        N_("What is missing"),
        N_("Only the reporter reads this. Ask for what you need, in plain words."),
        N_("Return"),
    ),
    Action.REJECT: StepWords(
        N_("Reject"),
        N_("Reason"),
        N_("Only the reporter reads this. Say why, and where to turn to instead."),
        N_("Reject"),
    ),
    Action.FORWARD: StepWords(
        N_("Forward to an office"),
        N_("Instruction for the office (optional)"),
        N_("Only officials read this."),
        N_("Forward"),
    ),
    Action.HAND_BACK: StepWords(
        N_("Hand back"),
        N_("Why another office is in charge"),
        N_("Only officials read this."),
        N_("Hand back"),
    ),
    Action.START: StepWords(
        N_("Begin the work"),
        N_("What happens next (optional)"),
        N_("Everyone who follows the report reads this."),
        N_("Begin"),
    ),
    Action.PROGRESS: StepWords(
        N_("Record progress"),
        N_("What has been done"),
        N_("Everyone who follows the report reads this."),
        N_("Record"),
    ),
    Action.REPLY: StepWords(
        N_("Reply"),
        N_("Reply to the reporter"),
        N_("Everyone who follows the report reads this. Say what was done, or when it will be."),
        N_("Send the reply"),
    ),
    Action.CLOSE: StepWords(
        N_("Close"),
        N_("Closing word (optional)"),
        N_("Everyone who follows the report reads this."),
        N_("Close the report"),
    ),
    Action.REOPEN: StepWords(
        N_("Reopen"),
        N_("Reason"),
        N_("Only officials read this."),
        N_("Reopen"),
    ),
    Action.NOTE: StepWords(
        N_("Internal note"),
        N_("Note"),
        N_("Only officials read this."),
        N_("Keep the note"),
    ),
    Action.MERGE: StepWords(
        N_("Join with another report"),
        N_("Number of the report that was there before"),
        N_("This report closes; its reporter is shown the progress of the other one. Nothing of it becomes public by that."),
        N_("Join the reports"),
    ),
    Action.SPLIT: StepWords(
        N_("Part from the other report"),
        N_("Reason"),
        N_("Only officials read this. The report is handled for itself again."),
        N_("Part the reports"),
    ),
    Action.RATE: StepWords(
        N_("How was your report handled?"),
        N_("Why (optional)"),
        N_("Only officials and you read this; the number counts in the figures of the service."),
        N_("Send the rating"),
    ),
    Action.COMPLETE: StepWords(
        N_("Complete your report"),
        N_("What you add"),
        N_("Only officials and you read this."),
        N_("Send"),
    ),
    Action.APPEAL: StepWords(
        N_("Object to the reply"),
        N_("What is not solved"),
        N_("Only officials and you read this. The report is looked at again."),
        N_("Send"),
    ),
}

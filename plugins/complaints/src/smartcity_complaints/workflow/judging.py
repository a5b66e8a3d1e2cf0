"""Who acts, and the pure function that judges an act against the table of steps."""

from __future__ import annotations

from typing import Final

import attrs

from smartcity_complaints.errors import NotAllowedError, NotPossibleError
from smartcity_complaints.workflow.permissions import Permission
from smartcity_complaints.workflow.states import Situation, State
from smartcity_complaints.workflow.steps import TOLD, Action, Step
from smartcity_complaints.workflow.table import STEPS, step_for

TEXT_LIMIT: Final = 4000
"""Characters of one text; the same bound as the ``description`` of Open311 GeoReport v2."""


@attrs.frozen
class Hand:
    """Who wants to act.

    Attributes:
        permissions: What the roles of an official permit; empty for a reporter.
        office: The office the official's account belongs to.
        reporter: Whether it is the reporter, who has shown the secret of the report.
        clock: Whether it is the service itself, when a time has come.
    """

    permissions: frozenset[str] = frozenset()
    office: str | None = None
    reporter: bool = False
    clock: bool = False

    def sees(self, situation: Situation) -> bool:
        """Whether this hand may look at the report at all."""
        if self.reporter or self.clock or Permission.VIEW_ALL in self.permissions:
            return True
        own = self.office is not None and self.office == situation.office
        return own and Permission.VIEW_OFFICE in self.permissions

    def may(self, step: Step, situation: Situation) -> bool:
        """Whether this hand may take the step with a report it sees, whatever the state of the report."""
        if self.clock:
            return step.by_clock
        if step.permission is None:
            return self.reporter and not step.by_clock
        return not self.reporter and step.permission in self.permissions and self.sees(situation)


def possible(situation: Situation, hand: Hand) -> tuple[Step, ...]:
    """Return the steps this hand can take now, in the order of the table."""
    return tuple(step for step in STEPS if step.fits(situation) and hand.may(step, situation))


def judge(situation: Situation, hand: Hand, action: Action, *, text: str = "", office: str | None = None) -> Step:
    """Return the step an action takes, or refuse it.

    Args:
        situation: Where the report stands now.
        hand: Who wants it.
        action: What is wanted.
        text: The words given with it.
        office: The office named with it.

    Raises:
        NotAllowedError: The hand lacks the permission, or the report is not theirs to see.
        NotPossibleError: The state does not allow it, words or an office are missing, or the words are too long.
    """
    step = step_for(action) if action not in TOLD else None
    if step is None or not hand.may(step, situation):
        raise NotAllowedError("You are not permitted to do this.")
    if not step.fits(situation):
        raise NotPossibleError("This can no longer be done: the report has moved on.")
    if step.text_required and not text.strip():
        raise NotPossibleError("Write some words: this step needs them.")
    if len(text) > TEXT_LIMIT:
        raise NotPossibleError("The text is longer than %(limit)s characters.", limit=TEXT_LIMIT)
    if step.office and not office:
        raise NotPossibleError("Choose the office that has to handle the report.")
    if action is Action.FORWARD and situation.state is not State.VERIFIED and office == situation.office:
        raise NotPossibleError("The report is already with this office.")
    return step

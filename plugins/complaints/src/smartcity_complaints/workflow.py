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

from enum import StrEnum
from typing import Final

import attrs

from smartcity_complaints.errors import NotAllowedError, NotPossibleError

TEXT_LIMIT: Final = 4000
"""Characters of one text; the same bound as the ``description`` of Open311 GeoReport v2."""


class State(StrEnum):
    """Where a report stands. In brackets the words of SP4N-LAPOR!."""

    NEW = "new"  # baru
    RETURNED = "returned"  # dikembalikan kepada pelapor
    VERIFIED = "verified"  # terverifikasi
    FORWARDED = "forwarded"  # diteruskan
    IN_PROGRESS = "in_progress"  # ditindaklanjuti
    ANSWERED = "answered"  # dijawab
    CLOSED = "closed"  # selesai
    REJECTED = "rejected"  # ditolak


ENDED: Final = frozenset({State.CLOSED, State.REJECTED})
OPEN: Final = frozenset(State) - ENDED
HIDDEN: Final = frozenset({State.NEW, State.RETURNED, State.REJECTED})
"""States in which a report is not for everyone: nobody has checked it, or it was found to be no matter of the region."""


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


class Permission(StrEnum):
    """What the roles of the manifest permit."""

    WORK = "report.work"
    VIEW_ALL = "report.view-all"
    VIEW_OFFICE = "report.view-office"
    VERIFY = "report.verify"
    FORWARD = "report.forward"
    HANDLE = "report.handle"
    CLOSE = "report.close"
    NOTE = "report.note"
    CONTACT = "report.contact"
    API_KEYS = "apikey.manage"
    PRIVACY = "report.privacy"
    NOTICES = "report.notices"


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


@attrs.frozen
class Situation:
    """What the table is judged against.

    Attributes:
        state: Where the report stands.
        office: Id of the office that has it, if any.
        joined: Whether it was joined with another report.
    """

    state: State
    office: str | None = None
    joined: bool = False


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
    step = _BY_ACTION.get(action)
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

"""Whatever is tried in whatever order: no report is closed without a reply, and nobody does what is not theirs to do."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from smartcity_complaints.errors import NotAllowedError, NotPossibleError
from smartcity_complaints.workflow import (
    ENDED,
    OPEN,
    STEPS,
    TEXT_LIMIT,
    TOLD,
    Action,
    Audience,
    Hand,
    Permission,
    Situation,
    State,
    judge,
    possible,
    step_for,
)

EVERYTHING = frozenset(Permission)


def test_every_action_but_what_is_only_told_is_one_row_of_the_table() -> None:
    assert len({step.action for step in STEPS}) == len(STEPS)
    assert {step.action for step in STEPS} == set(Action) - TOLD


def test_every_state_can_be_reached_and_left() -> None:
    targets = {step.target for step in STEPS if step.target} | {State.NEW}
    left = {state for step in STEPS if step.target for state in step.sources}

    assert targets == set(State)
    assert left == set(State)


def test_closed_is_reached_from_answered_or_by_joining_and_answered_by_a_reply_with_words() -> None:
    closing = [step for step in STEPS if step.target is State.CLOSED]
    answering = [step for step in STEPS if step.target is State.ANSWERED]

    assert [(step.action, step.sources) for step in closing if step.action is not Action.MERGE] == [
        (Action.CLOSE, {State.ANSWERED})
    ]
    assert [(step.action, step.text_required) for step in answering] == [(Action.REPLY, True)]


@pytest.mark.parametrize("action", [Action.RETURN, Action.REJECT, Action.HAND_BACK, Action.REOPEN])
def test_what_goes_against_somebody_needs_a_reason(action: Action) -> None:
    assert step_for(action).text_required


@pytest.mark.parametrize("action", [Action.RETURN, Action.REJECT])
def test_the_reason_of_a_return_or_rejection_reaches_the_reporter_and_not_everyone(action: Action) -> None:
    assert step_for(action).text_audience is Audience.REPORTER


def test_words_are_never_seen_by_more_people_than_the_step() -> None:
    order = tuple(Audience)

    assert all(order.index(step.text_audience) >= order.index(step.audience) for step in STEPS)


def test_open_and_ended_are_every_state_once() -> None:
    assert set(State) == OPEN | ENDED
    assert not OPEN & ENDED


def test_a_reporter_takes_only_the_reporters_steps() -> None:
    for state in State:
        for step in possible(Situation(state), Hand(reporter=True)):
            assert step.permission is None


def test_an_office_acts_only_on_what_lies_with_it() -> None:
    hand = Hand(frozenset({Permission.VIEW_OFFICE, Permission.HANDLE}), office="dinas-lh")

    judge(Situation(State.FORWARDED, "dinas-lh"), hand, Action.START)
    with pytest.raises(NotAllowedError):
        judge(Situation(State.FORWARDED, "dinas-pupr"), hand, Action.START)
    assert not hand.sees(Situation(State.FORWARDED, "dinas-pupr"))
    assert not Hand(frozenset({Permission.VIEW_OFFICE}), office=None).sees(Situation(State.NEW, None))


def test_too_many_words_are_refused() -> None:
    with pytest.raises(NotPossibleError, match=str(TEXT_LIMIT)):
        judge(Situation(State.FORWARDED, "a"), Hand(EVERYTHING), Action.REPLY, text="x" * (TEXT_LIMIT + 1))


def test_forwarding_to_the_office_that_has_it_is_refused() -> None:
    with pytest.raises(NotPossibleError):
        judge(Situation(State.FORWARDED, "a"), Hand(EVERYTHING), Action.FORWARD, office="a")


hands = st.builds(
    Hand,
    permissions=st.frozensets(st.sampled_from(sorted(Permission))),
    office=st.sampled_from([None, "a", "b"]),
    reporter=st.booleans(),
    clock=st.booleans(),
)


class AnyHandsAtWork(RuleBasedStateMachine):
    """Random people try random things with one report."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.office, self.joined = State.NEW, None, False
        self.history: list[Action] = [Action.SUBMIT]
        self.replied = False

    @rule(
        hand=hands | st.just(Hand(EVERYTHING)),
        action=st.sampled_from(Action),
        text=st.sampled_from(["", "  ", "kata"]),
        office=st.sampled_from([None, "a", "b"]),
    )
    def attempt(self, hand: Hand, action: Action, text: str, office: str | None) -> None:
        situation = Situation(self.state, self.office, joined=self.joined)
        before = len(self.history)
        try:
            step = judge(situation, hand, action, text=text, office=office)
        except NotAllowedError:
            wanted = next((step for step in STEPS if step.action is action), None)
            assert wanted is None or not hand.may(wanted, situation)
            return
        except NotPossibleError:
            return
        if hand.clock:
            assert step.by_clock
        else:
            assert step.permission is None or (step.permission in hand.permissions and not hand.reporter)
            assert step.permission is not None or (hand.reporter and not step.by_clock)
        assert self.joined == step.joined or action is Action.NOTE
        assert hand.sees(situation)
        assert not step.text_required or text.strip()
        assert step in possible(situation, hand)
        self.state = step.target or self.state
        self.joined = action is Action.MERGE or (self.joined and action is not Action.SPLIT)
        if action is Action.FORWARD:
            self.office = office
        if action is Action.REPLY:
            self.replied = True
        if action in {Action.REOPEN, Action.APPEAL, Action.SPLIT}:
            self.replied = False
        self.history.append(action)
        assert len(self.history) == before + 1

    @invariant()
    def a_closed_report_has_been_answered_since_it_was_last_reopened_or_is_joined(self) -> None:
        if self.state is State.CLOSED:
            assert self.replied or self.joined

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        situation = Situation(self.state, self.office, joined=self.joined)
        onward = [*possible(situation, Hand(EVERYTHING)), *possible(situation, Hand(reporter=True))]
        assert any(step.target for step in onward)


AnyHandsAtWork.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestAnyHandsAtWork = AnyHandsAtWork.TestCase

"""What SP4N-LAPOR! sets and what users of other servers asked for, where no other file of tests says it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_complaints import store
from smartcity_complaints.errors import ChangedMeanwhileError
from smartcity_complaints.filing import Filed
from smartcity_complaints.handling import Order, act
from smartcity_complaints.records import Report
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workflow import Action, State
from smartcity_share import Actor, Installation

File = Callable[..., Filed]
Do = Callable[..., Report]


def test_the_deadlines_are_those_of_the_national_service_until_a_region_sets_its_own() -> None:
    """Three working days to verify and forward, five for the office, ten for the reporter to object."""
    settings = ComplaintsSettings()

    assert (settings.verify_days, settings.reopen_days) == (3, 10)
    assert {kind.response_days for kind in settings.kinds} == {5}


def test_a_report_that_was_closed_too_early_is_reopened_and_handled_anew(
    installation: Installation, file: File, do: Do
) -> None:
    number = file().number
    for action, more in ((Action.VERIFY, {}), (Action.REPLY, {"text": "Sudah."}), (Action.CLOSE, {})):
        do(number, action, **more)
    again = do(number, Action.REOPEN, text="Belum selesai menurut peninjauan.")

    assert (again.state, again.office, again.closed_at) == (State.VERIFIED, None, None)
    assert again.due_at is not None
    assert do(number, Action.REPLY, text="Sekarang sudah.").state is State.ANSWERED
    with store.reading(installation) as connection:
        actions = [event.action for event in store.history(connection, again.id)]
    assert actions[-3:] == [Action.CLOSE, Action.REOPEN, Action.REPLY]


def test_the_same_page_sent_twice_is_in_the_history_once(
    installation: Installation, file: File, do: Do, official: Callable[..., Actor]
) -> None:
    """Who clicks twice sends the same version of the page twice: the second is told, and nothing is kept."""
    number = file().number
    for action, more in ((Action.VERIFY, {}), (Action.FORWARD, {"office": "dinas-lh"}), (Action.START, {})):
        do(number, action, **more)
    with store.reading(installation) as connection:
        version = store.find(connection, number).version  # type: ignore[union-attr]
    order = Order(Action.PROGRESS, text="Armada berangkat.", version=version)
    report = act(installation, official(), number, order)
    with pytest.raises(ChangedMeanwhileError):
        act(installation, official(), number, order)

    with store.reading(installation) as connection:
        texts = [event.text for event in store.history(connection, report.id)]
    assert texts.count("Armada berangkat.") == 1


@pytest.mark.parametrize("action", [Action.PROGRESS, Action.REPLY, Action.NOTE])
def test_the_same_words_from_a_fresh_page_are_kept_and_told_once(
    installation: Installation, file: File, do: Do, official: Callable[..., Actor], action: Action
) -> None:
    """Whoever does not see that it was taken opens the page anew and sends it again; other words are taken."""
    number = file().number
    for earlier, more in ((Action.VERIFY, {}), (Action.FORWARD, {"office": "dinas-lh"}), (Action.START, {})):
        do(number, earlier, **more)
    first = act(installation, official(), number, Order(action, text="Armada berangkat."))
    again = act(installation, official(), number, Order(action, text=" Armada berangkat. ", version=first.version))

    assert again == first
    act(installation, official(), number, Order(action, text="Armada tiba.", version=again.version))
    act(installation, official(), number, Order(action, text="Armada berangkat."))
    with store.reading(installation) as connection:
        texts = [event.text for event in store.history(connection, first.id)]
    assert texts[-3:] == ["Armada berangkat.", "Armada tiba.", "Armada berangkat."]

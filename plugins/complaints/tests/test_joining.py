"""A report of what was reported before ends in the other one, says so, and can be taken out again; nothing secret gets out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_complaints import store
from smartcity_complaints.errors import NotAllowedError, NotPossibleError
from smartcity_complaints.filing import Filed
from smartcity_complaints.handling import Order, act_as_reporter, steps_for_reporter
from smartcity_complaints.joining import joined_with, voices
from smartcity_complaints.listing import Wanted, page
from smartcity_complaints.records import Event, Report, visible
from smartcity_complaints.workflow import Action, Audience, State
from smartcity_share import Actor, Installation

File = Callable[..., Filed]
Do = Callable[..., Report]


def _find(installation: Installation, number: str) -> Report:
    with store.reading(installation) as connection:
        found = store.find(connection, number)
    assert found is not None
    return found


def _events(installation: Installation, number: str) -> tuple[Event, ...]:
    report = _find(installation, number)
    with store.reading(installation) as connection:
        return store.history(connection, report.id)


@pytest.fixture
def joined(file: File, do: Do) -> Callable[..., tuple[Filed, Filed]]:
    """Two reports of which the second is joined with the first."""

    def make(head: dict[str, object] | None = None, duplicate: dict[str, object] | None = None) -> tuple[Filed, Filed]:
        first, second = file(**(head or {})), file(**(duplicate or {}))
        do(first.number, Action.VERIFY, publish=True)
        do(second.number, Action.VERIFY, publish=True)
        do(second.number, Action.MERGE, head=first.number.lower())
        return first, second

    return make


def test_the_joined_report_closes_and_both_histories_say_so(
    installation: Installation, joined: Callable[..., tuple[Filed, Filed]], audit: object
) -> None:
    head, duplicate = joined()
    ended, kept = _find(installation, duplicate.number), _find(installation, head.number)

    assert (ended.state, ended.merged_into, ended.due_at) == (State.CLOSED, kept.id, None)
    assert kept.state is State.VERIFIED
    last, told = _events(installation, duplicate.number)[-1], _events(installation, head.number)[-1]
    assert (last.action, last.text) == (Action.MERGE, head.number)
    assert (told.action, told.text, told.account) == (Action.JOINED, duplicate.number, "coordinator-all")
    assert ("report.merge", duplicate.number) in [(action, subject) for _, action, subject, _ in audit.entries]  # type: ignore[attr-defined]
    with store.reading(installation) as connection:
        assert [report.number for report in joined_with(connection, kept)] == [duplicate.number]
        assert voices(connection, kept) == 1


def test_the_reporter_learns_the_number_and_the_public_of_neither(
    installation: Installation, joined: Callable[..., tuple[Filed, Filed]]
) -> None:
    head, duplicate = joined()
    reporter = visible(_events(installation, duplicate.number), Audience.REPORTER)
    everyone = [*visible(_events(installation, duplicate.number), Audience.EVERYONE),
                *visible(_events(installation, head.number), Audience.EVERYONE)]  # fmt: skip

    assert reporter[-1].text == head.number
    assert all(number not in (event.text or "") for event in everyone for number in (head.number, duplicate.number))


def test_the_number_of_a_confidential_report_is_told_to_officials_only(
    installation: Installation, joined: Callable[..., tuple[Filed, Filed]]
) -> None:
    head, duplicate = joined(head={"confidential": True, "text": "Rahasia tentang tetangga saya."})
    reporter = visible(_events(installation, duplicate.number), Audience.REPORTER)

    assert reporter[-1].text is None
    assert head.number not in str(reporter)


def test_a_confidential_report_stays_confidential_when_it_is_joined(
    installation: Installation, joined: Callable[..., tuple[Filed, Filed]]
) -> None:
    head, duplicate = joined(duplicate={"confidential": True, "text": "Rahasia tentang tetangga saya."})
    ended, kept = _find(installation, duplicate.number), _find(installation, head.number)

    assert not ended.shown_to_everyone
    assert kept.shown_to_everyone
    assert "Rahasia" not in f"{kept.text}{kept.place}{visible(_events(installation, head.number), Audience.REPORTER)}"
    with store.reading(installation) as connection:
        assert [report.number for report in page(connection, Wanted(public=True)).reports] == [head.number]


def test_a_joined_report_is_not_listed_beside_the_other(
    installation: Installation, joined: Callable[..., tuple[Filed, Filed]]
) -> None:
    head, _ = joined()
    with store.reading(installation) as connection:
        assert [report.number for report in page(connection, Wanted(public=True)).reports] == [head.number]
        assert [report.number for report in page(connection, Wanted(public=True, words="sampah")).reports] == [head.number]


def test_parting_brings_it_back_to_be_handled_for_itself(
    installation: Installation, joined: Callable[..., tuple[Filed, Filed]], do: Do
) -> None:
    head, duplicate = joined()
    with pytest.raises(NotPossibleError, match="words"):
        do(duplicate.number, Action.SPLIT)
    back = do(duplicate.number, Action.SPLIT, text="Bukan tempat yang sama.")

    assert (back.state, back.merged_into, back.closed_at) == (State.VERIFIED, None, None)
    assert back.due_at is not None
    assert [event.action for event in _events(installation, head.number)][-2:] == [Action.JOINED, Action.PARTED]
    assert _events(installation, duplicate.number)[-1].action is Action.SPLIT
    assert do(duplicate.number, Action.MERGE, head=head.number).merged_into is not None


def test_while_joined_nothing_else_is_done_with_it(
    installation: Installation, joined: Callable[..., tuple[Filed, Filed]], do: Do
) -> None:
    _, duplicate = joined()

    assert steps_for_reporter(installation, _find(installation, duplicate.number)) == ()
    for action in (Action.REOPEN, Action.REPLY, Action.MERGE):
        with pytest.raises(NotPossibleError):
            do(duplicate.number, action, text="Kata.", head=duplicate.number)
    with pytest.raises(NotPossibleError):
        act_as_reporter(installation, duplicate.number, duplicate.token, Order(Action.APPEAL, text="Belum."))
    do(duplicate.number, Action.NOTE, text="Catatan.")


def test_what_cannot_be_joined_is_refused_with_the_reason(
    joined: Callable[..., tuple[Filed, Filed]], file: File, do: Do, official: Callable[..., Actor]
) -> None:
    head, duplicate = joined()
    fresh, ended = file().number, file().number
    do(ended, Action.REJECT, text="Bukan kewenangan daerah.")
    for number, typed, reason in (
        (fresh, "", "Write the number"),
        (fresh, "ABC-DEF-GHJ", "Write the number"),
        (fresh, fresh, "itself"),
        (fresh, duplicate.number, "itself joined"),
        (fresh, ended, "has ended"),
        (head.number, fresh, "Other reports are joined"),
    ):
        with pytest.raises(NotPossibleError, match=reason):
            do(number, Action.MERGE, head=typed)
    with pytest.raises(NotAllowedError):
        do(fresh, Action.MERGE, head=head.number, by=official("leader"))

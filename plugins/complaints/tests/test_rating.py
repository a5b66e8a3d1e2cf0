"""The reporter rates once, at the end, by the secret link; for a while the rating can be changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_complaints import store
from smartcity_complaints.errors import NotAllowedError, NotPossibleError, ReportNotFoundError
from smartcity_complaints.filing import Filed
from smartcity_complaints.handling import Order, act_as_reporter
from smartcity_complaints.records import Report, visible
from smartcity_complaints.workflow import Action, Audience, State
from smartcity_share import Installation

File = Callable[..., Filed]
Do = Callable[..., Report]


@pytest.fixture
def answered(file: File, do: Do) -> Filed:
    filed = file()
    do(filed.number, Action.VERIFY, publish=True)
    do(filed.number, Action.REPLY, text="Sudah diangkut.")
    return filed


def _rate(installation: Installation, filed: Filed, rating: int | None, text: str = "") -> Report:
    return act_as_reporter(installation, filed.number, filed.token, Order(Action.RATE, text=text, rating=rating))


def test_a_rating_is_kept_with_its_words_and_told_without_them(installation: Installation, answered: Filed) -> None:
    rated = _rate(installation, answered, 4, "Cepat, tetapi belum bersih.")
    with store.reading(installation) as connection:
        events = store.history(connection, rated.id)

    assert (rated.rating, rated.rating_text, rated.state) == (4, "Cepat, tetapi belum bersih.", State.ANSWERED)
    assert events[-1].action is Action.RATE
    assert "bersih" not in str(events)
    assert visible(events, Audience.EVERYONE)[-1].text is None


def test_it_can_be_changed_for_so_many_days_and_not_longer(
    installation: Installation, answered: Filed, clock: object, do: Do
) -> None:
    first = _rate(installation, answered, 2)
    do(answered.number, Action.CLOSE)
    clock.move(days=13)  # type: ignore[attr-defined]
    changed = _rate(installation, answered, 5)

    assert (changed.rating, changed.rated_at) == (5, first.rated_at)
    clock.move(days=1)  # type: ignore[attr-defined]
    with pytest.raises(NotPossibleError, match="no longer"):
        _rate(installation, answered, 1)


@pytest.mark.parametrize("rating", [None, 0, 6, -1])
def test_only_one_to_five_is_a_rating(installation: Installation, answered: Filed, rating: int | None) -> None:
    with pytest.raises(NotPossibleError, match="one to five"):
        _rate(installation, answered, rating)


def test_too_many_words_are_refused(installation: Installation, answered: Filed) -> None:
    with pytest.raises(NotPossibleError, match="1000"):
        _rate(installation, answered, 3, "x" * 1001)


def test_before_a_reply_there_is_nothing_to_rate(installation: Installation, file: File) -> None:
    with pytest.raises(NotPossibleError):
        _rate(installation, file(), 5)


def test_nobody_else_rates(installation: Installation, answered: Filed, do: Do) -> None:
    with pytest.raises(NotAllowedError):
        do(answered.number, Action.RATE, rating=5)
    with pytest.raises(ReportNotFoundError):
        act_as_reporter(installation, answered.number, "tebakan", Order(Action.RATE, rating=5))

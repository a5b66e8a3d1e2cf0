"""What the passing of time does: late reports rise, answered ones close; however often it is looked, the same comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartcity_complaints import store
from smartcity_complaints.deadlines import HIGHEST_LEVEL, close_answered, escalate, level_at
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.handling import Order, act_as_reporter
from smartcity_complaints.plugin import jobs
from smartcity_complaints.records import Event, Report
from smartcity_complaints.regional import deadline
from smartcity_complaints.workflow import Action, State
from smartcity_share import Installation, RegionFacts
from smartcity_share.testing import Manifest

File = Callable[..., Filed]
Do = Callable[..., Report]
DAY = timedelta(days=1)


def _find(installation: Installation, number: str) -> Report:
    with store.reading(installation) as connection:
        found = store.find(connection, number)
    assert found is not None
    return found


def _raised(installation: Installation, number: str) -> list[Event]:
    report = _find(installation, number)
    with store.reading(installation) as connection:
        return [event for event in store.history(connection, report.id) if event.action is Action.ESCALATE]


def _with_holidays(installation: Installation, *days: date) -> Installation:
    """Return the installation in a region that has these holidays."""
    profile = installation.region._profile
    holidays = tuple(profile.holidays[0].model_copy(update={"date": day}) for day in days)
    return attrs.evolve(
        installation, region=RegionFacts(profile.model_copy(update={"holidays": holidays}), installation.region.uses)
    )


def test_a_deadline_passes_over_a_holiday_of_the_region(installation: Installation, file: File, clock: object) -> None:
    """Filed on Monday with three working days; with Wednesday and Friday off the last day is the Monday after."""
    plain = deadline(installation, clock.moment, 3)  # type: ignore[attr-defined]
    off = _with_holidays(installation, date(2026, 3, 4), date(2026, 3, 6))

    assert plain == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    assert deadline(off, clock.moment, 3) == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # type: ignore[attr-defined]


def test_a_report_over_a_holiday_is_late_after_it_only(
    installation: Installation, draft: Callable[..., Draft], clock: object
) -> None:
    off = _with_holidays(installation, date(2026, 3, 5))
    number = file_report(off, draft(), key=new_key()).number
    clock.moment = datetime(2026, 3, 6, 15, 59, 59, tzinfo=UTC)  # type: ignore[attr-defined]
    assert escalate(off) == 0
    clock.moment = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)  # type: ignore[attr-defined]
    assert escalate(off) == 1
    assert _find(off, number).late_level == 1


def test_every_level_is_reached_once_and_written_down(installation: Installation, file: File, clock: object) -> None:
    number = file().number
    seen = []
    for _ in range(40):
        clock.move(hours=12)  # type: ignore[attr-defined]
        escalate(installation)
        escalate(installation)
        seen.append(_find(installation, number).late_level)

    assert sorted(set(seen)) == [0, 1, 2, 3]
    assert seen == sorted(seen)
    assert [event.text for event in _raised(installation, number)] == ["1", "2", "3"]
    assert all((event.author, event.account) == ("system", None) for event in _raised(installation, number))


def test_after_a_long_silence_it_rises_at_once_to_where_it_belongs(
    installation: Installation, file: File, clock: object
) -> None:
    number = file().number
    clock.move(days=60)  # type: ignore[attr-defined]

    assert escalate(installation) == 1
    assert escalate(installation) == 0
    assert [event.text for event in _raised(installation, number)] == ["3"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 200), min_size=1, max_size=12))
def test_whenever_it_is_looked_the_level_is_that_of_the_moment(
    install: Callable[..., Installation], draft: Callable[..., Draft], clock: object, hours: list[int]
) -> None:
    """Any pattern of looking leads to the level that follows from deadline and moment, with an event for each rise."""
    start = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    clock.moment = start  # type: ignore[attr-defined]
    installation = _known(install)
    number = file_report(installation, draft(), key=new_key()).number
    due = _find(installation, number).due_at
    assert due is not None
    rises = 0
    for span in hours:
        clock.move(hours=span)  # type: ignore[attr-defined]
        before = _find(installation, number).late_level
        escalate(installation)
        after = _find(installation, number).late_level
        rises += after > before
        assert after == level_at(installation, due, clock.moment) >= before  # type: ignore[attr-defined]
        assert (after == 0) == (clock.moment < due)  # type: ignore[attr-defined]
        assert after <= HIGHEST_LEVEL
    assert len(_raised(installation, number)) == rises


_made: dict[int, Installation] = {}


def _known(install: Callable[..., Installation]) -> Installation:
    """Return one installation for all examples of a property."""
    return _made.setdefault(id(install), _made.get(id(install)) or install())


def test_a_step_that_starts_a_new_deadline_begins_at_level_nought(
    installation: Installation, file: File, do: Do, clock: object
) -> None:
    number = file().number
    do(number, Action.VERIFY)
    clock.move(days=20)  # type: ignore[attr-defined]
    escalate(installation)
    assert _find(installation, number).late_level > 0
    do(number, Action.FORWARD, office="dinas-lh")

    assert _find(installation, number).late_level == 0
    assert escalate(installation) == 0


def test_what_waits_for_the_reporter_is_never_late(installation: Installation, file: File, do: Do, clock: object) -> None:
    do(file().number, Action.RETURN, text="Di mana?")
    clock.move(days=90)  # type: ignore[attr-defined]

    assert escalate(installation) == 0


def test_an_answer_without_an_objection_closes_by_itself(installation: Installation, file: File, do: Do, clock: object) -> None:
    """Ten working days after the reply of Monday end with Monday two weeks later, or later over holidays."""
    filed, objecting = file(), file()
    for one in (filed, objecting):
        do(one.number, Action.VERIFY)
        do(one.number, Action.REPLY, text="Sudah.")
    act_as_reporter(installation, objecting.number, objecting.token, Order(Action.APPEAL, text="Belum."))
    until = deadline(installation, clock.moment, 10)  # type: ignore[attr-defined]
    clock.moment = until - timedelta(seconds=1)  # type: ignore[attr-defined]
    assert close_answered(installation) == 0
    clock.moment = until  # type: ignore[attr-defined]
    assert close_answered(installation) == 1
    assert close_answered(installation) == 0
    with store.reading(installation) as connection:
        last = store.history(connection, _find(installation, filed.number).id)[-1]

    assert _find(installation, filed.number).state is State.CLOSED
    assert (last.action, last.author) == (Action.CLOSE, "system")
    assert _find(installation, objecting.number).state is State.VERIFIED


def test_a_holiday_puts_the_closing_off(installation: Installation, draft: Callable[..., Draft], do: Do, clock: object) -> None:
    off = _with_holidays(installation, date(2026, 3, 10), date(2026, 3, 11))
    number = file_report(off, draft(), key=new_key()).number
    do(number, Action.VERIFY)
    do(number, Action.REPLY, text="Sudah.")
    clock.moment = deadline(installation, clock.moment, 10)  # type: ignore[attr-defined]

    assert close_answered(off) == 0
    clock.move(days=2)  # type: ignore[attr-defined]
    assert close_answered(off) == 1


def test_a_second_reply_begins_the_time_anew(installation: Installation, file: File, do: Do, clock: object) -> None:
    number = file().number
    do(number, Action.VERIFY)
    do(number, Action.REPLY, text="Sudah.")
    clock.move(days=13)  # type: ignore[attr-defined]
    do(number, Action.REPLY, text="Ralat: baru besok.")
    clock.move(days=4)  # type: ignore[attr-defined]

    assert close_answered(installation) == 0


def test_the_jobs_of_the_manifest_are_those_of_the_code_and_run(
    manifest: Manifest, installation: Installation, file: File, clock: object
) -> None:
    number = file().number
    clock.move(days=30)  # type: ignore[attr-defined]
    found = list(jobs())
    for job in found:
        job.run(installation)

    assert sorted(job.job for job in found) == sorted(job.id for job in manifest.jobs)
    assert _find(installation, number).late_level == HIGHEST_LEVEL


@pytest.mark.parametrize("days", [0, 1, 5, 30])
def test_a_deadline_that_has_not_passed_has_no_level(installation: Installation, clock: object, days: int) -> None:
    now = clock.moment  # type: ignore[attr-defined]

    assert level_at(installation, now + DAY * (days + 1), now) == 0

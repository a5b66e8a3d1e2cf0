"""After the periods of the settings names go, then words; what has not ended keeps what it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from sqlalchemy import func, select

from smartcity_complaints import model, store
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.listing import tally
from smartcity_complaints.plugin import indicators, jobs
from smartcity_complaints.privacy.retention import end_retention, months_before
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation
from smartcity_share.testing import Manifest

Mark = Callable[..., Filed]
Everything = Callable[[Installation], str]
FoundIn = Callable[[str | bytes], list[str]]


def _contact(installation: Installation, number: str) -> Any:
    with store.reading(installation) as connection:
        report = store.find(connection, number)
        assert report is not None
        return store.contact(connection, report.id)


def test_the_defaults_are_those_of_the_manifest(manifest: Manifest) -> None:
    declared = {data.id: data.retention for data in manifest.data}
    settings = ComplaintsSettings()

    assert declared["reporters"] == f"P{settings.contact_months // 12}Y"
    for data in ("reports", "history", "photos", "answers", "erasure-requests"):
        assert declared[data] == f"P{settings.words_months // 12}Y"


def test_names_go_first_and_words_later(
    installation: Installation, mark: Mark, clock: Any, everything: Everything, found_in: FoundIn
) -> None:
    number = mark(handled=True, published=True).number
    clock.move(days=2 * 365 - 2)
    assert end_retention(installation) == (0, 0)
    assert _contact(installation, number).name == "TANDANAMA Contoh"

    clock.move(days=4)
    assert end_retention(installation) == (1, 0)
    contact = _contact(installation, number)
    assert (contact.name, contact.email, contact.phone, contact.notices_at) == ("", "", "", None)
    assert "tandaisi" in everything(installation)

    clock.move(days=3 * 365 + 1)
    assert end_retention(installation) == (0, 1)
    assert found_in(everything(installation)) == []
    assert list(installation.files.names()) == []
    assert end_retention(installation) == (0, 0)


def test_counts_and_figures_are_the_same_after_everything_ended(installation: Installation, mark: Mark, clock: Any) -> None:
    mark(handled=True)
    mark()
    clock.move(days=6 * 365)
    with store.reading(installation) as connection:
        counted = tally(connection, clock())
        events = connection.execute(select(func.count()).select_from(model.history)).scalar_one()
    measured = indicators(installation)
    end_retention(installation)

    with store.reading(installation) as connection:
        assert tally(connection, clock()) == counted
        assert connection.execute(select(func.count()).select_from(model.history)).scalar_one() == events
    assert indicators(installation) == measured


def test_a_report_that_has_not_ended_keeps_everything(installation: Installation, mark: Mark, clock: Any) -> None:
    number = mark().number
    clock.move(days=20 * 365)

    assert end_retention(installation) == (0, 0)
    assert _contact(installation, number).email == "tandasurel@contoh.example"


def test_a_rejected_report_ends_too(installation: Installation, mark: Mark, official: Callable[..., Actor], clock: Any) -> None:
    number = mark().number
    act(installation, official(), number, Order(Action.REJECT, "Bukan kewenangan."))
    clock.move(days=6 * 365)

    assert end_retention(installation) == (1, 1)


def test_the_region_sets_its_own_periods(
    install: Callable[..., Installation], draft: Callable[..., Draft], official: Callable[..., Actor], clock: Any
) -> None:
    short = install(contact_months=1, words_months=2)
    number = file_report(short, draft(name="Siti"), key=new_key()).number
    act(short, official(), number, Order(Action.REJECT, "Bukan kewenangan."))
    clock.move(days=35)
    assert end_retention(short) == (1, 0)
    clock.move(days=35)
    assert end_retention(short) == (0, 1)


def test_many_reports_are_ended_in_batches(
    installation: Installation, draft: Callable[..., Draft], official: Callable[..., Actor], clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("smartcity_complaints.privacy.retention._BATCH", 3)
    for _ in range(7):
        number = file_report(installation, draft(name="Siti"), key=new_key()).number
        act(installation, official(), number, Order(Action.REJECT, "Bukan kewenangan."))
    clock.move(days=6 * 365)

    assert end_retention(installation) == (7, 7)


def test_a_run_that_was_cut_off_is_finished_by_the_next(
    installation: Installation, mark: Mark, clock: Any, everything: Everything, found_in: FoundIn
) -> None:
    mark(handled=True)
    clock.move(days=6 * 365)

    class Failing:
        def delete(self, name: str) -> None:
            raise OSError(name)

    with pytest.raises(OSError, match="photos/"):
        end_retention(attrs.evolve(installation, files=Failing()))
    assert "tandaisi" in everything(installation)

    assert end_retention(installation)[1] == 1
    assert found_in(everything(installation)) == []


def test_the_job_of_the_manifest_ends_it(
    installation: Installation, mark: Mark, clock: Any, everything: Everything, found_in: FoundIn
) -> None:
    mark(handled=True)
    clock.move(days=6 * 365)
    (job,) = (job for job in jobs() if job.job == "end-retention")
    job.run(installation)

    assert found_in(everything(installation)) == []


def test_every_job_has_its_code(manifest: Manifest) -> None:
    assert {job.id for job in manifest.jobs} == {job.job for job in jobs()}


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, datetime(2023, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 1, datetime(2025, 12, 15, tzinfo=UTC)),
        (datetime(2026, 12, 15, tzinfo=UTC), 24, datetime(2024, 12, 15, tzinfo=UTC)),
    ],
)
def test_months_are_counted_by_the_calendar(moment: datetime, months: int, before: datetime) -> None:
    assert months_before(moment, months) == before

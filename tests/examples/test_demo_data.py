"""The generated complaints: the same every time, of every state, fit to be imported, and of nobody real."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from smartcity_complaints.exchange_format import ReportLine
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workflow import TOLD, Action, State, step_for
from smartcity_share.cli.journey.preparation import COMPLAINTS_PER_REGION
from smartcity_share.regions.profile import RegionProfile, read_profile

ROOT = Path(__file__).parents[2]
REGIONS = ("73.71", "71.08", "13.10")
TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def generator() -> Iterator[ModuleType]:
    path = list(sys.path)
    spec = importlib.util.spec_from_file_location("demo_generator", ROOT / "examples" / "demo" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = path
    for name in ("scenes", "writer", "aftermath"):
        sys.modules.pop(name)


def _profile(region: str) -> RegionProfile:
    return read_profile(ROOT / "examples" / "regions" / region / "profile.toml")


def _digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("region", REGIONS)
def test_the_same_day_gives_the_same_files_and_another_seed_others(generator: ModuleType, region: str, tmp_path: Path) -> None:
    profile, settings = _profile(region), generator.settings_of(region)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generator.write(generator.generate(profile, settings, 20, today=TODAY, seed=seed), tmp_path / name)

    assert _digest(tmp_path / "a") == _digest(tmp_path / "b")
    assert _digest(tmp_path / "a") != _digest(tmp_path / "c")


@pytest.mark.parametrize("region", REGIONS)
def test_complaints_are_plausible(generator: ModuleType, region: str) -> None:
    profile, settings = _profile(region), generator.settings_of(region)
    lines = [complaint.line for complaint in generator.generate(profile, settings, 200, today=TODAY)]
    offices = {office.id for office in profile.offices}

    assert {line.state for line in lines} == set(State)
    assert len({line.district for line in lines}) > len(profile.districts) / 2
    assert {line.kind for line in lines} == {kind.code for kind in settings.kinds}
    assert {entry.office for line in lines for entry in line.forwardings} <= offices
    assert [line.submitted_at for line in lines] == sorted(line.submitted_at for line in lines)
    for line in lines:
        moments = [event.at for event in line.events]
        assert moments == sorted(moments)
        assert line.state == line.events[-1].to_state
        if line.latitude is not None and line.longitude is not None:
            assert settings.area.contains(line.latitude, line.longitude)


Lines = Callable[[str, date], list[ReportLine]]


@pytest.fixture(scope="module")
def lines_of(generator: ModuleType) -> Lines:
    """What ``smartcity demo`` fills a region with on a day, written once: the photos are drawn with it."""

    @functools.cache
    def written(region: str, today: date) -> list[ReportLine]:
        found = generator.generate(_profile(region), generator.settings_of(region), COMPLAINTS_PER_REGION, today=today)
        return [complaint.line for complaint in found]

    return written


@pytest.mark.parametrize("region", REGIONS)
def test_the_demo_shows_every_state_and_what_lies_beside_the_states(lines_of: Lines, region: str) -> None:
    lines = lines_of(region, TODAY)

    assert {line.state for line in lines} == set(State)
    assert {event.action for line in lines for event in line.events} >= set(Action) - {
        Action.REOPEN,
        Action.SPLIT,
        Action.PARTED,
    }
    assert {line.late_level for line in lines} == {0, 1, 2, 3}
    assert len({line.rating for line in lines}) > 3
    assert any(line.echoes for line in lines)
    assert any(line.confidential for line in lines)
    assert [request.state for line in lines for request in line.erasure_requests] == ["open"]


@pytest.mark.parametrize("region", REGIONS)
def test_a_joined_report_ends_as_an_earlier_open_one_of_the_same_kind_and_district(lines_of: Lines, region: str) -> None:
    lines = {line.number: line for line in lines_of(region, TODAY)}
    joined = [line for line in lines.values() if line.merged_into is not None]

    assert joined
    for line in joined:
        head = lines[str(line.merged_into)]
        assert head.submitted_at < line.submitted_at
        assert (head.kind, head.district, head.merged_into) == (line.kind, line.district, None)
        assert head.state not in {State.CLOSED, State.REJECTED}
        assert (line.events[-1].action, line.events[-1].text) == (Action.MERGE, head.number)
        assert [event.text for event in head.events if event.action is Action.JOINED].count(line.number) == 1


@pytest.mark.parametrize("today", [TODAY, date(2026, 3, 20), date(2026, 1, 1)], ids=str)
@pytest.mark.parametrize("region", REGIONS)
def test_nothing_happens_after_the_demo_was_made(lines_of: Lines, region: str, today: date) -> None:
    """A demo that is started right after midnight, where the region lies, shows no report of an hour that is still to come."""
    began = datetime.combine(today, time(0), ZoneInfo(_profile(region).time_zone)).astimezone(UTC)
    moments = [
        moment
        for line in lines_of(region, today)
        for moment in (
            *(line.submitted_at, line.updated_at, line.verified_at, line.forwarded_at, line.answered_at, line.closed_at),
            *(line.rated_at, *(event.at for event in line.events), *(entry.forwarded_at for entry in line.forwardings)),
            *(request.requested_at for request in line.erasure_requests),
        )
        if moment is not None
    ]

    assert max(moments) < began
    assert min(line.due_at for line in lines_of(region, today) if line.due_at) < began


@pytest.mark.parametrize("region", REGIONS)
def test_every_way_follows_the_table_of_steps(generator: ModuleType, region: str) -> None:
    for complaint in generator.generate(_profile(region), generator.settings_of(region), 120, today=TODAY):
        for before, event in zip(complaint.line.events, complaint.line.events[1:], strict=False):
            assert event.from_state == before.to_state
            if event.action in TOLD:
                assert event.to_state == event.from_state
                continue
            step = step_for(event.action)
            assert event.from_state in step.sources
            assert event.to_state == (step.target or event.from_state)
            assert event.text or not step.text_required


@pytest.mark.parametrize("region", REGIONS)
def test_nobody_in_them_is_real(generator: ModuleType, region: str) -> None:
    settings = generator.settings_of(region)
    contacts = [complaint.line.contact for complaint in generator.generate(_profile(region), settings, 80, today=TODAY)]

    assert all(contact.name.startswith("Warga Contoh ") for contact in contacts if contact)
    assert all(contact.email.endswith("@contoh.example") and not contact.phone for contact in contacts if contact)
    assert (None in contacts) == settings.anonymous_allowed


@pytest.mark.parametrize("count", [0, 1, 8])
def test_any_count_is_written(generator: ModuleType, count: int, tmp_path: Path) -> None:
    complaints = generator.generate(_profile("71.08"), generator.settings_of("71.08"), count, today=TODAY)

    assert generator.write(complaints, tmp_path) == count
    assert json.loads((tmp_path / "format.json").read_text())["reports"] == count


def test_the_three_regions_answer_differently(generator: ModuleType) -> None:
    settings: list[ComplaintsSettings] = [generator.settings_of(region) for region in REGIONS]

    assert len({found.service_name.id for found in settings}) == 3
    assert len({tuple(kind.code for kind in found.kinds) for found in settings}) == 3
    assert {found.anonymous_allowed for found in settings} == {True, False}


@pytest.mark.parametrize("region", REGIONS)
def test_every_kind_goes_to_an_office_of_the_region(generator: ModuleType, region: str) -> None:
    offices = {office.id for office in _profile(region).offices}

    assert {kind.office for kind in generator.settings_of(region).kinds if kind.office} <= offices

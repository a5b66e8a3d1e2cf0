"""The generated complaints: the same every time, of every state, fit to be imported, and of nobody real."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workflow import State, step_for
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
    sys.modules.pop("scenes")


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
        assert max(moments).date() <= TODAY
        assert line.state == line.events[-1].to_state
        if line.latitude is not None and line.longitude is not None:
            assert settings.area.contains(line.latitude, line.longitude)


@pytest.mark.parametrize("region", REGIONS)
def test_every_way_follows_the_table_of_steps(generator: ModuleType, region: str) -> None:
    for complaint in generator.generate(_profile(region), generator.settings_of(region), 120, today=TODAY):
        for before, event in zip(complaint.line.events, complaint.line.events[1:], strict=False):
            step = step_for(event.action)

            assert event.from_state == before.to_state
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

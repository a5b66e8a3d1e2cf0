"""The regions of the tests differ in every word: an app that fits all three has nothing of one region in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import combinations

import pytest

from smartcity_share import RegionFacts
from smartcity_share.regions.wording import WORDS
from smartcity_share.testing import REGION_FACTS, UNLIKE_REGIONS, Clock, region_at

TODAY = Clock()().date()
REGIONS = [region_at(folder) for folder in UNLIKE_REGIONS.values()]
PAIRS = list(combinations(REGIONS, 2))


def ids(value: object) -> str:
    return value.code if isinstance(value, RegionFacts) else str(value)


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=ids)
@pytest.mark.parametrize("language", ["id", "en"])
def test_no_word_is_shared(one: RegionFacts, other: RegionFacts, language: str) -> None:
    words, others = one.wording(language, TODAY), other.wording(language, TODAY)

    assert [word for word in WORDS if words.word(word) == others.word(word)] == []


SETS: dict[str, Callable[[RegionFacts], set[object]]] = {
    "kind, zone and names": lambda region: {region.kind, region.time_zone, region.name, region.short_name, region.capital},
    "province": lambda region: {region.province},
    "offices": lambda region: {
        text for office in region.offices for text in (office.id, office.abbreviation, office.email, *office.name.values())
    },
    "officials": lambda region: {official.name for official in region.officials},
    "districts": lambda region: {text for district in region.districts for text in (district.code, district.name)},
    "contacts": lambda region: {value for _, value in region.contacts if value},
    "colours": lambda region: {region.branding.primary, region.branding.accent},
    "regulations": lambda region: {text for law in region.legal_references for text in (law.kind, law.number, law.year)},
    "holidays": lambda region: {day.date for day in region.holidays},
}


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=ids)
@pytest.mark.parametrize("what", SETS)
def test_no_fact_is_shared(one: RegionFacts, other: RegionFacts, what: str) -> None:
    assert SETS[what](one)
    assert SETS[what](one) & SETS[what](other) == set()


def test_the_day_begins_at_three_different_moments() -> None:
    offsets = {Clock()().astimezone(region.zone).utcoffset() for region in REGIONS}

    assert len(offsets) == 3


def test_they_are_a_kota_a_kabupaten_and_a_province() -> None:
    assert {name: str(region_at(folder).kind) for name, folder in UNLIKE_REGIONS.items()} == {
        name: name for name in UNLIKE_REGIONS
    }


def test_everybody_who_signs_is_in_office_for_years() -> None:
    for region in REGIONS:
        assert region.head(date(2026, 11, 28)) is not None
        assert region.signatory("decision", date(2029, 12, 31)) is not None


def test_every_fact_may_be_read_and_an_app_is_handed_fewer() -> None:
    region = REGIONS[0]
    few = region.narrowed(["name"])

    assert region.uses == frozenset(REGION_FACTS)
    assert few.uses == {"name"}
    assert few.narrowed(REGION_FACTS).uses == {"name"}, "narrowing never gives more"

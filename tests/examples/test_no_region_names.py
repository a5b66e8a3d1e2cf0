"""The wheels name no region, office or official: what is a region's own comes from its profile and settings."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from smartcity_share.package.build import build_wheel
from smartcity_share.regions.profile import read_profile
from smartcity_share.regions.table import all_regions

ROOT = Path(__file__).parents[2]
PROJECTS = {
    "complaints": ROOT / "plugins" / "complaints",
    **{name: ROOT / "examples" / name for name in ("hello", "outbox", "queue")},
}

ORDINARY_WORDS: Final[dict[str, str]] = {}
"""Names of regions that a text may hold because they are ordinary words too ("malang" is Indonesian for unlucky), each with
its meaning. The wheels need none so far; whoever adds one says why."""


@pytest.fixture(scope="module", params=sorted(PROJECTS))
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(PROJECTS[request.param], tmp_path_factory.mktemp("wheels"))


@cache
def _region_names() -> frozenset[str]:
    return frozenset(name for region in all_regions() if (name := region.short_name.lower()) not in ORDINARY_WORDS)


@cache
def _office_and_official_names() -> frozenset[str]:
    """Every name, abbreviation and id of the example profiles that is longer than a letter or two."""
    found: set[str] = set()
    for path in sorted((ROOT / "examples" / "regions").glob("*/profile.toml")):
        profile = read_profile(path)
        for office in profile.offices:
            found |= {*office.name.values(), office.abbreviation, office.id}
        found |= {official.name for official in profile.officials}
        found |= {text for text in (profile.contacts.email, profile.contacts.address, profile.contacts.website) if text}
    return frozenset(name.lower() for name in found if len(name) > 2)


def _texts(wheel: Path) -> dict[str, str]:
    """Return every file of a wheel as text; bytes that are none are read as far as they are letters."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist()}


def _found(names: frozenset[str], text: str) -> set[str]:
    """Return the names that stand in a text as words of their own, in any case."""
    low = re.sub(r"\s+", " ", text.lower())
    return {name for name in names if name in low and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", low)}


def test_no_file_of_the_wheel_names_a_region(wheel: Path) -> None:
    found = {name: hits for name, text in _texts(wheel).items() if (hits := _found(_region_names(), text))}

    assert found == {}


def test_no_file_of_the_wheel_names_an_office_or_official_of_the_example_regions(wheel: Path) -> None:
    found = {name: hits for name, text in _texts(wheel).items() if (hits := _found(_office_and_official_names(), text))}

    assert found == {}


def test_no_file_of_the_wheel_holds_a_region_code(wheel: Path) -> None:
    codes = frozenset(region.code for region in all_regions() if "." in region.code)
    # Versions and hashes look like codes: only what a person reads or a program compares counts.
    texts = {name: text for name, text in _texts(wheel).items() if not name.endswith(("RECORD", "WHEEL", "METADATA", ".svg"))}
    found = {name: hits for name, text in texts.items() if (hits := _found(codes, text))}

    assert found == {}


def test_the_search_finds_what_it_is_for() -> None:
    """The proof that an empty result means something: planted names are found, parts of words are not."""
    assert _found(_region_names(), "Pemerintah Kota MAKASSAR dan Kabupaten\nBolaang  Mongondow Utara") >= {
        "makassar",
        "bolaang mongondow utara",
    }
    assert _found(_region_names(), "bandungan makassarese") == set()
    assert _found(_office_and_official_names(), "kirim ke Dinas PUPR") != set()


def test_every_word_that_is_passed_over_is_the_name_of_a_region() -> None:
    names = {region.short_name.lower() for region in all_regions()}

    assert sorted(set(ORDINARY_WORDS) - names) == []
    assert all(ORDINARY_WORDS.values())

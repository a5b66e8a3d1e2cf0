"""``region_uses`` lists what the code and the templates read of the region, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.errors import RegionFactNotDeclaredError
from smartcity_share.hooks.region_facts import RegionFacts
from smartcity_share.package.across.rules.region_facts import NEEDS
from smartcity_share.regions.profile import read_profile
from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told

ROOT = Path(__file__).resolve().parents[3]
READING = [
    "installation.region.offices",
    "installation.region.office('dlh')",
    "region = here.region\nregion.offices",
    "def check(land: RegionFacts):\n    return len(land.offices)",
    "def check(land: 'RegionFacts'):\n    return len(land.offices)",
    "tell(installation.region)\nprint('offices')",
]


@pytest.mark.parametrize("reading", READING)
def test_a_fact_that_is_read_and_declared_is_no_fault(judge: Judge, reading: str) -> None:
    assert judge(f"{PAGES}\n{reading}\n", manifest={"region_uses": ["offices"]}) == []


@pytest.mark.parametrize("reading", READING[:-1])
def test_a_fact_that_is_read_and_not_declared_is_a_fault_at_its_line(judge: Judge, reading: str) -> None:
    faults = judge(f"{PAGES}\n{reading}\n")

    assert told(faults) == [("region-fact-undeclared", "plugin.py", None)]
    assert faults[0].where.line in {9, 10}
    assert '"offices"' in faults[0].mend


def test_a_template_reads_facts_too(judge: Judge) -> None:
    files = {"templates/a.html": "\n{{ installation.region.name }}", "templates/b.html": "{{ region['offices'] }}"}

    assert judge(PAGES, manifest={"region_uses": ["name", "offices"]}, files=files) == []
    faults = judge(PAGES, files=files)
    assert told(faults) == [("region-fact-undeclared", "a.html", None), ("region-fact-undeclared", "b.html", None)]
    assert faults[0].where.line == 2


def test_a_fact_that_is_declared_and_not_read_is_a_fault(judge: Judge) -> None:
    faults = judge(PAGES + "\nstaff.offices\n", manifest={"region_uses": ["offices"]})

    assert told(faults) == [("region-fact-unused", "smartcity.toml", "region_uses[1]")]


def test_what_every_app_may_read_and_what_is_no_fact_needs_no_declaration(judge: Judge) -> None:
    assert judge(PAGES + "\nhere.region.code, here.region.kind, here.region.wording('id', day), row.region.size\n") == []


@pytest.mark.parametrize("attribute", sorted(NEEDS))
def test_the_rule_asks_for_the_fact_that_the_host_asks_for(attribute: str) -> None:
    page = ROOT / "examples" / "regions" / "73.71" / "profile.toml"
    facts = RegionFacts(read_profile(page), frozenset())
    arguments: dict[str, tuple[str, ...]] = {"head": ("day",), "signatory": ("decision", "day"), "office": ("dlh",)}

    with pytest.raises(RegionFactNotDeclaredError, match=f"read `{NEEDS[attribute]}`"):
        getattr(facts, attribute)(*arguments.get(attribute, ()))

"""An app reads the facts of a region that its manifest declares, and no other."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from smartcity_share.errors import RegionFactNotDeclaredError
from smartcity_share.hooks.region_facts import RegionFacts
from smartcity_share.manifest.model import REGION_FACTS
from smartcity_share.regions.profile import RegionProfile
from smartcity_share.regions.table import RegionKind

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("fact", REGION_FACTS)
def test_a_declared_fact_is_the_one_of_the_profile(profile: RegionProfile, fact: str) -> None:
    assert getattr(RegionFacts(profile, {fact}), fact) == getattr(profile, fact)


@pytest.mark.parametrize("fact", REGION_FACTS)
def test_a_fact_that_is_not_declared_is_refused_with_what_to_declare(profile: RegionProfile, fact: str) -> None:
    facts = RegionFacts(profile, set(REGION_FACTS) - {fact})
    with pytest.raises(RegionFactNotDeclaredError) as caught:
        getattr(facts, fact)
    assert f"read `{fact}` of region 71.08" in str(caught.value)
    assert f"Add `{fact}` to `region_uses`" in str(caught.value.hint)


def test_code_kind_and_wording_need_no_declaration(profile: RegionProfile) -> None:
    facts = RegionFacts(profile, ())
    assert (facts.code, facts.kind) == ("71.08", RegionKind.KABUPATEN)
    assert facts.wording("id", TODAY).head_title == "Bupati"
    assert repr(facts) == "RegionFacts('71.08', uses=[])"


def test_head_and_signatory_need_officials(profile: RegionProfile) -> None:
    facts = RegionFacts(profile, {"officials"})
    assert (facts.head(TODAY), facts.signatory("decision", TODAY)) == (None, None)
    for ask in (RegionFacts(profile, ()).head, lambda on: RegionFacts(profile, ()).signatory("decision", on)):
        with pytest.raises(RegionFactNotDeclaredError, match="read `officials`"):
            ask(TODAY)


def test_one_office_is_found_by_its_id_where_offices_are_declared(profile: RegionProfile) -> None:
    office = RegionFacts(profile, {"offices"}).office("dlh")
    assert office is not None
    assert office.abbreviation == "DLH"
    with pytest.raises(RegionFactNotDeclaredError):
        RegionFacts(profile, {"name"}).office("dlh")


def test_the_zone_is_the_time_zone_as_an_object(profile: RegionProfile) -> None:
    assert RegionFacts(profile, {"time_zone"}).zone.key == profile.time_zone
    with pytest.raises(RegionFactNotDeclaredError):
        _ = RegionFacts(profile, ()).zone


def test_facts_are_read_only(profile: RegionProfile) -> None:
    with pytest.raises(AttributeError):
        RegionFacts(profile, {"name"}).name = "another"  # type: ignore[misc]


def test_the_view_alone_loads_nothing_heavy() -> None:
    script = "import sys; from smartcity_share import RegionFacts; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

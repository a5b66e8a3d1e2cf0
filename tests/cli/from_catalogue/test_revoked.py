"""What was revoked is not installed; what is installed and was revoked is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.catalogue.roles import ReleaseName
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, NEWER, VALUES, Refused, Wheels


def revoke(catalogue: Made, version: str) -> None:
    name = ReleaseName(CITY, "gardens", version)
    catalogue.keeper(*catalogue.revocations).revoke(name, by="BSSN", reason="it leaks names")
    catalogue.publish()


def advise_against(catalogue: Made, version: str) -> None:
    name = ReleaseName(CITY, "gardens", version)
    catalogue.keeper(*catalogue.cities[CITY]).advise_against(name, "it is slow")
    catalogue.publish()


@pytest.mark.parametrize("named", ["gardens", "gardens==1.0.0"])
def test_a_revoked_release_is_refused(refused: Refused, following: Path, catalogue: Made, named: str) -> None:
    revoke(catalogue, "1.0.0")
    told = refused("release-revoked", by=("install", named, "--from", "nasional", *HERE, *VALUES))
    assert f"`gardens` 1.0.0 of 73.71 was revoked on {NOW:%Y-%m-%d} by BSSN: it leaks names" in told


def test_where_the_newest_was_revoked_the_one_before_is_taken_and_it_is_told(
    cli: Cli, following: Path, catalogue: Made, wheels: Wheels
) -> None:
    catalogue.add(wheels.two)
    revoke(catalogue, "2.0.0")
    plan = cli("install", "gardens", "--from", "nasional", *HERE, *VALUES, "--plan", "--json").json
    assert plan["version"] == "1.0.0"
    assert plan["notices"] == ["Passed over: 2.0.0 was revoked: it leaks names"]


def test_what_its_origin_advises_against_is_only_taken_by_its_version(
    cli: Cli, refused: Refused, following: Path, catalogue: Made
) -> None:
    advise_against(catalogue, "1.0.0")
    assert "73.71 advises against 1.0.0: it is slow" in refused("release-not-found")
    named = cli("install", "gardens==1.0.0", "--from", "nasional", *HERE, *VALUES, "--plan")
    assert "note: 73.71 advises against 1.0.0: it is slow" in named.out


def test_doctor_names_what_is_installed_and_was_revoked_also_without_the_catalogue(
    cli: Cli, gardens: Path, catalogue: Made, wheels: Wheels
) -> None:
    catalogue.add(wheels.two)
    revoke(catalogue, "1.0.0")
    assert cli("upgrade", "gardens", "--from", "nasional", *HERE, *NEWER, "--plan").code == 0
    catalogue.folder.rename(catalogue.folder.with_name("away"))
    found = cli("doctor", "--json")
    assert found.code == 1
    finding = found.json["findings"][0]
    assert (finding["code"], finding["region"], finding["app"]) == ("release-revoked", "71.08", "gardens")
    assert "by BSSN: it leaks names" in finding["message"]
    assert "smartcity upgrade gardens --region 71.08 --from nasional" in finding["mend"]


def test_a_revoked_wheel_is_refused_however_it_comes_here(
    cli: Cli, refused: Refused, following: Path, catalogue: Made, wheels: Wheels
) -> None:
    revoke(catalogue, "1.0.0")
    assert cli("install", "gardens", "--from", "nasional", *HERE, *VALUES).code == 1
    told = refused("plan-refused", "--from", wheels.one)
    assert f"it was revoked on {NOW:%Y-%m-%d} by BSSN: it leaks names" in told


def test_a_rollout_goes_no_further_once_its_release_was_revoked(
    cli: Cli, gardens: Path, catalogue: Made, wheels: Wheels
) -> None:
    catalogue.add(wheels.two)
    catalogue.publish()
    begun = cli("rollout", "begin", "gardens", "--from", "nasional", *NEWER, "--json").json
    revoke(catalogue, "2.0.0")
    assert cli("upgrade", "gardens", "--from", "nasional", *HERE, "--plan").code == 0
    ran = cli("rollout", "run", begun["id"])
    assert (ran.code, "must not be installed any more: it was revoked" in ran.err) == (1, True)
    assert cli("status", "--json").json["installations"][0]["version"] == "1.0.0"


def test_going_back_to_what_was_revoked_is_told_before(cli: Cli, gardens: Path, catalogue: Made, wheels: Wheels) -> None:
    catalogue.add(wheels.two)
    catalogue.publish()
    assert cli("upgrade", "gardens", "--from", "nasional", *HERE, *NEWER).code == 0
    revoke(catalogue, "1.0.0")
    assert cli("upgrade", "gardens", "--from", "nasional", *HERE, "--plan").code == 0
    assert "1.0.0 is back in use then, and it was revoked on" in cli("rollback", "gardens", *HERE, "--plan").out


def test_doctor_names_what_its_origin_advises_against(cli: Cli, gardens: Path, catalogue: Made, wheels: Wheels) -> None:
    catalogue.add(wheels.two)
    advise_against(catalogue, "1.0.0")
    assert cli("upgrade", "gardens", "--from", "nasional", *HERE, *NEWER, "--plan").code == 0
    finding = cli("doctor", "--json").json["findings"][0]
    assert (finding["code"], finding["severity"]) == ("release-yanked", "warning")
    assert "it is slow" in finding["message"]

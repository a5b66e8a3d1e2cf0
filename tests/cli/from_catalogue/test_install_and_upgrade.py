"""A region installs, upgrades and rolls out an app from a signed catalogue."""

from __future__ import annotations

from pathlib import Path

from smartcity_share.catalogue.offering import offer
from tests.apps.factory import AppFactory
from tests.catalogue.conftest import CITY
from tests.catalogue.made import Made
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, NEWER, VALUES, Wheels, trust
from tests.cli.from_catalogue.serving import serving


def test_an_app_is_installed_and_it_is_told_from_where(cli: Cli, following: Path) -> None:
    words = ("install", "gardens", "--from", "nasional", *HERE, *VALUES)
    plan = cli(*words, "--plan")
    assert "from: catalogue nasional, signed by r-73.71, as of " in plan.out
    assert cli(*words, "--yes").code == 0
    latest = cli("history", "--json").json["operations"][0]["catalogue"]
    assert (latest["catalogue"], latest["role"], latest["age_days"]) == ("nasional", "r-73.71", 0)
    assert "from: catalogue nasional, signed by r-73.71" in cli("history").out
    assert list(following.glob("catalogues/*/wheels/*")) == []


def test_an_app_of_a_project_is_installed_from_the_region_that_shares_it(
    cli: Cli, following: Path, catalogue: Made, app_factory: AppFactory
) -> None:
    wheel = app_factory.wheel("parks", manifest={"origin": {"region": None}})
    catalogue.keeper(*catalogue.cities[CITY]).add([offer(wheel, sharer=CITY)])
    catalogue.publish()
    installed = cli("install", "parks", "--from", "nasional", *HERE, "--yes", "--json")
    assert installed.json["catalogue"]["role"] == f"r-{CITY}"


def test_an_upgrade_takes_the_newest_that_its_origin_signed(cli: Cli, gardens: Path, catalogue: Made, wheels: Wheels) -> None:
    catalogue.add(wheels.two)
    catalogue.publish()
    upgraded = cli("upgrade", "gardens", "--from", "nasional", *HERE, *NEWER, "--json")
    assert (upgraded.json["version"], upgraded.json["catalogue"]["role"]) == ("2.0.0", "r-73.71")


def test_a_folder_is_named_with_its_trust_root_and_a_version_with_the_app(
    cli: Cli, served: Path, catalogue: Made, wheels: Wheels
) -> None:
    catalogue.add(wheels.two)
    catalogue.publish()
    words = ("--from", catalogue.folder, "--trust", trust(catalogue), *HERE, *VALUES)
    assert cli("install", "gardens==1.0.0", *words, "--plan", "--json").json["version"] == "1.0.0"


def test_over_http_what_was_fetched_for_the_plan_is_not_fetched_again(cli: Cli, served: Path, catalogue: Made) -> None:
    with serving(catalogue.folder) as site:
        words = ("install", "gardens", "--from", site.address, "--trust", trust(catalogue), *HERE, *VALUES)
        assert cli(*words, "--plan").code == 0
        assert cli(*words, "--yes").code == 0
    assert site.wheels_asked() == [""]


def test_a_rollout_keeps_where_its_wheel_was_found(cli: Cli, gardens: Path, catalogue: Made, wheels: Wheels) -> None:
    catalogue.add(wheels.two)
    catalogue.publish()
    begun = cli("rollout", "begin", "gardens", "--from", "nasional", *NEWER, "--json").json
    assert (begun["version"], begun["catalogue"]["origin"]) == ("2.0.0", "73.71")
    catalogue.folder.rename(catalogue.folder.with_name("away"))
    assert cli("rollout", "run", begun["id"]).code == 0
    assert cli("history", "--json").json["operations"][0]["catalogue"] == begun["catalogue"]


def test_the_trust_root_is_never_a_default(cli: Cli, served: Path, catalogue: Made) -> None:
    ran = cli("install", "gardens", "--from", catalogue.folder, *HERE)
    assert ran.code == 2
    assert "nothing says by what it is trusted" in ran.err
    assert "--trust ROOT.json" in ran.err


def test_options_of_a_catalogue_belong_to_one(cli: Cli, following: Path, catalogue: Made, wheels: Wheels) -> None:
    assert "`--origin` belongs to a catalogue" in cli("install", "--from", wheels.one, "--origin", "73.71", *HERE).err
    named = cli("install", "gardens", "--from", "nasional", "--trust", trust(catalogue), *HERE)
    assert (named.code, "it is `root` in instance.toml" in named.err) == (2, True)
    near = cli("install", "gardens", "--from", "nasonal", *HERE)
    assert (near.code, "Did you mean `nasional`?" in near.err) == (2, True)
    assert "none is named" in cli("install", "--from", "nasional", *HERE).err


def test_an_app_or_version_that_is_not_there_is_told_with_what_is(cli: Cli, following: Path) -> None:
    near = cli("install", "garden", "--from", "nasional", *HERE)
    assert (near.code, "Did you mean `gardens`?" in near.err) == (1, True)
    other = cli("install", "gardens==3.0", "--from", "nasional", *HERE)
    assert "It has: 1.0.0." in other.err

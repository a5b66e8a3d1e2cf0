"""A catalogue must be new enough: in time where a server sends it, not too old where it was carried."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from smartcity_share.errors import CatalogueExpiredError
from smartcity_share.install import Instance
from smartcity_share.install.catalogues import chosen_source
from smartcity_share.install.source import AppSource, opened_source
from tests.catalogue.made import NOW, Made, days
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, VALUES, Refused, Wheels, follow, made_on, trust
from tests.cli.from_catalogue.serving import serving

PLAN = ("install", "gardens", "--from", "nasional", *HERE, *VALUES, "--plan")


@pytest.fixture
def old(tmp_path: Path, wheels: Wheels) -> Made:
    """A catalogue nobody has renewed for 200 days."""
    return made_on(tmp_path / "old", wheels.one, NOW - days(200))


def looked_at(instance: Path, now: datetime, catalogue: str | Path, root: Path) -> AppSource:
    """Find the app in a catalogue on a machine with another clock."""
    with (
        closing(Instance.open(instance, now=lambda: now)) as opened,
        opened_source(opened, "gardens", chosen_source(opened, str(catalogue), root)) as source,
    ):
        return source


def test_a_server_that_stopped_renewing_is_refused(refused: Refused, tmp_path: Path, wheels: Wheels) -> None:
    frozen = made_on(tmp_path / "frozen", wheels.one, NOW - days(20))
    with serving(frozen.folder) as site:
        told = refused("catalogue-expired", "--from", site.address, "--trust", trust(frozen))
    assert f"ran out on {NOW - days(6):%Y-%m-%d}, 6 days ago" in told
    assert "`smartcity catalogue publish`" in told


def test_a_stick_of_that_age_is_taken(cli: Cli, served: Path, tmp_path: Path, wheels: Wheels) -> None:
    follow(served, made_on(tmp_path / "frozen", wheels.one, NOW - days(20)))
    ran = cli(*PLAN)
    assert (ran.code, "(20 days old)" in ran.out) == (0, True)


def test_a_stick_200_days_old_is_refused_and_taken_where_the_instance_allows_it(
    cli: Cli, refused: Refused, served: Path, old: Made
) -> None:
    follow(served, old)
    told = refused("catalogue-expired")
    assert "200 days ago; at most 180 days are allowed" in told
    assert "`stale_days`" in told
    follow(served, old, more="stale_days = 240\n")
    ran = cli(*PLAN)
    assert ran.code == 0
    assert f"200 days old: what was revoked since {NOW - days(200):%Y-%m-%d} is not known" in ran.out


def test_an_origin_whose_signature_ran_out_is_refused_also_on_a_stick(
    refused: Refused, served: Path, tmp_path: Path, wheels: Wheels
) -> None:
    made = made_on(tmp_path / "ancient", wheels.one, NOW - days(400))
    follow(served, made, more="stale_days = 500\n")
    assert f"ran out on {NOW - days(35):%Y-%m-%d}" in refused("catalogue-expired")


def test_a_clock_that_was_set_back_makes_nothing_new_again(served: Path, catalogue: Made) -> None:
    root = trust(catalogue)
    catalogue.publish(now=NOW + days(30))
    assert looked_at(served, NOW + days(30), catalogue.folder, root).notices == ()
    catalogue.publish(now=NOW + days(1))
    with serving(catalogue.folder) as site, pytest.raises(CatalogueExpiredError) as refused:
        looked_at(served, NOW - days(365), site.address, root)
    assert f"ran out on {NOW + days(15):%Y-%m-%d}, 15 days ago" in str(refused.value)
    assert f"The clock of this machine says {NOW - days(365):%Y-%m-%d}" in str(refused.value.hint)


def test_a_clock_that_is_behind_is_told_and_the_later_time_is_taken(served: Path, catalogue: Made) -> None:
    source = looked_at(served, NOW - days(3650), catalogue.folder, trust(catalogue))
    assert f"but {NOW:%Y-%m-%d} has passed already: the later is taken" in source.notices[0]


def test_a_moment_far_ahead_is_not_believed_from_a_copy(served: Path, catalogue: Made) -> None:
    ahead = looked_at(served, NOW + days(150), catalogue.folder, trust(catalogue)).code.provenance
    assert (ahead is not None and ahead.age_days) == 150
    with serving(catalogue.folder) as site:
        back = looked_at(served, NOW, site.address, trust(catalogue)).code.provenance
    assert (back is not None and back.age_days) == 0

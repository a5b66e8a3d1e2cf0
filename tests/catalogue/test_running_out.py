"""What was signed runs out; publishing in time renews it, and also from a catalogue that has run out long ago."""

from __future__ import annotations

from pathlib import Path

import pytest
from tuf.api.exceptions import ExpiredMetadataError

from smartcity_share.catalogue.checking import check
from smartcity_share.errors import CatalogueRefusedError
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, days, make

PARKS = f"apps/{CITY}/parks/"


@pytest.fixture
def old(tmp_path: Path, parks: Path) -> Made:
    """A catalogue that was published three years ago and never again."""
    then = NOW - days(3 * 365)
    made = make(tmp_path / "katalog", now=then)
    made.add_origin(CITY, now=then)
    made.add(parks, now=then)
    made.publish(now=then)
    return made


def test_a_catalogue_that_ran_out_is_renewed_by_publishing_with_every_key(old: Made, parks: Path, tmp_path: Path) -> None:
    trusted = old.trust_root
    with pytest.raises(ExpiredMetadataError):
        old.reader(tmp_path / "before", trusted).refresh()

    publication = old.publish(*old.root, *old.revocations, *old.cities[CITY])

    assert {"root", "targets", "cabut", "p-73", f"r-{CITY}"} <= {*publication.renewed}
    assert old.reader(tmp_path / "after", trusted).get_targetinfo(PARKS + parks.name) is not None
    assert check(old.folder, trusted, NOW).faults == ()


def test_what_cannot_be_renewed_here_is_named_with_who_can(old: Made) -> None:
    before = old.published_files()

    with pytest.raises(CatalogueRefusedError) as caught:
        old.publish()

    assert {(fault.code, fault.where.file) for fault in caught.value.faults} == {
        ("role-expired", "root"),
        ("role-expired", "targets"),
        ("role-expired", "cabut"),
    }
    assert any("Pencabut" in fault.mend for fault in caught.value.faults)
    assert old.published_files() == before


def test_one_origin_that_ran_out_keeps_nobody_from_the_others(old: Made, parks: Path, tmp_path: Path) -> None:
    trusted = old.trust_root

    publication = old.publish(*old.root, *old.revocations)

    assert [(notice.code, notice.where.file) for notice in publication.notices] == [("role-expired", f"r-{CITY}")]
    stock = old.reader(tmp_path / "state", trusted)
    assert stock.get_targetinfo("index/apps.json") is not None
    with pytest.raises(ExpiredMetadataError):
        stock.get_targetinfo(PARKS + parks.name)


def test_the_origin_signs_anew_at_home(old: Made, parks: Path, tmp_path: Path) -> None:
    old.keeper(*old.cities[CITY]).renew(f"r-{CITY}")
    old.publish(*old.root, *old.revocations)

    stock = old.reader(tmp_path / "state")
    assert stock.get_targetinfo(PARKS + parks.name) is not None


@pytest.mark.parametrize(
    ("later", "renewed"),
    [
        (0, set()),
        (16, {"index"}),
        (31, {"index", "snapshot"}),
        (46, {"index", "snapshot", "cabut"}),
        (183, {"index", "snapshot", "cabut", "targets", "p-73", f"r-{CITY}"}),
        (366, {"index", "snapshot", "cabut", "targets", "p-73", f"r-{CITY}", "root"}),
    ],
)
def test_each_role_is_renewed_when_half_of_its_life_is_over(city: Made, parks: Path, later: int, renewed: set[str]) -> None:
    city.add(parks)
    city.publish()

    publication = city.publish(*city.root, *city.revocations, *city.cities[CITY], now=NOW + days(later))

    changed = {*publication.roles} - {"timestamp"}
    assert changed == renewed | ({"snapshot"} if renewed else set())


def test_the_next_day_to_publish_is_told(city: Made) -> None:
    assert city.publish().expires == NOW + days(14)


def test_keys_that_are_not_here_are_no_obstacle_while_nothing_runs_out(city: Made, parks: Path) -> None:
    city.add(parks)
    city.publish()

    assert set(city.publish(now=NOW + days(29)).roles) == {"index", "snapshot", "timestamp"}


def test_a_clock_that_ran_ahead_once_is_told(city: Made) -> None:
    assert "clock-behind" not in {one.code for one in city.publish(now=NOW + days(60)).notices}
    (notice,) = (one for one in city.publish().notices if one.code == "clock-behind")
    assert f"was signed on {NOW + days(60):%Y-%m-%d}" in notice.message
    assert "seen.json" in notice.mend


def test_without_the_online_key_nothing_is_published(city: Made) -> None:
    from smartcity_share.catalogue.publishing import publish

    before = city.published_files()

    with pytest.raises(CatalogueRefusedError) as caught:
        publish(city.folder, city.root, NOW)

    assert {fault.code for fault in caught.value.faults} == {"signer-missing"}
    assert all("Peladen" in fault.mend for fault in caught.value.faults)
    assert city.published_files() == before


def test_files_that_went_missing_are_noticed_before_readers_are_led_back(city: Made, parks: Path, newer_parks: Path) -> None:
    city.add(parks)
    city.publish()
    city.add(newer_parks)
    city.publish()
    (city.folder / "metadata" / f"2.r-{CITY}.json").unlink()

    with pytest.raises(CatalogueRefusedError) as caught:
        city.publish()

    assert [fault.code for fault in caught.value.faults] == ["role-older"]

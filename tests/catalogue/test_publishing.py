"""What an origin signs is what a stock TUF reader finds, once it is published and not before."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from tuf.api.exceptions import RepositoryError

from smartcity_share.catalogue.entries import Index, NeededEntry, ReleaseEntry, read_entry
from smartcity_share.catalogue.offering import offer
from smartcity_share.catalogue.repository import Repository
from tests.apps.factory import AppFactory
from tests.apps.libraries import library
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, days, signer

PATH = f"apps/{CITY}/parks/"


def test_a_published_release_is_found_and_fetched_by_a_stock_reader(city: Made, parks: Path, tmp_path: Path) -> None:
    city.add(parks)
    city.publish()
    reader = city.reader(tmp_path / "state")

    found = reader.get_targetinfo(PATH + parks.name)

    assert found is not None
    assert Path(reader.download_target(found, str(tmp_path / "fetched.whl"))).read_bytes() == parks.read_bytes()
    entry = read_entry(found.custom)
    assert isinstance(entry, ReleaseEntry)
    assert (entry.app, entry.version, entry.host_api) == ("parks", "1.0.0", ">=1.0,<2")
    assert entry.summary == {"id": "Sebuah aplikasi uji", "en": "An app for tests"}
    assert entry.wheels == ()
    assert entry.yanked is None


def test_nothing_is_seen_before_it_is_published(city: Made, parks: Path, tmp_path: Path) -> None:
    city.publish()
    before = city.reader(tmp_path / "before")
    before.refresh()

    city.add(parks)

    reader = city.reader(tmp_path / "state")
    reader.refresh()
    with pytest.raises(RepositoryError, match="not part of snapshot"):
        reader.get_targetinfo(PATH + parks.name)


def test_the_index_lists_every_release_of_every_origin(made: Made, app_factory: AppFactory, tmp_path: Path) -> None:
    made.add_origin("73.71")
    made.add_origin("32")
    wheels = [
        app_factory.wheel("parks", version="1.10.0"),
        app_factory.wheel("parks", version="1.9.0"),
        app_factory.wheel("roads", manifest={"origin": {"region": "32"}}),
    ]
    made.add(*wheels)
    made.publish()
    reader = made.reader(tmp_path / "state")

    found = reader.get_targetinfo("index/apps.json")
    assert found is not None
    index = Index.model_validate_json(Path(reader.download_target(found, str(tmp_path / "index"))).read_bytes())

    assert [(row.app, row.origin, row.version) for row in index.apps] == [
        ("parks", "73.71", "1.9.0"),
        ("parks", "73.71", "1.10.0"),
        ("roads", "32", "1.0.0"),
    ]
    assert {row.file for row in index.apps} == {wheel.name for wheel in wheels}


def test_needed_wheels_lie_beside_the_app_and_theirs_too(city: Made, app_factory: AppFactory, tmp_path: Path) -> None:
    folder = tmp_path / "wheels"
    needed = [
        library(folder, "maps", "2.0", requires=["smartcity-test-tiles>=1"]),
        library(folder, "tiles", "1.5"),
    ]
    library(folder, "unrelated")
    library(folder, "maps", "3.0")
    wheel = app_factory.wheel("parks", dependencies=["smartcity-test-maps<3", "smartcity-test-absent"])

    offered = offer(wheel, folder)
    city.add(wheel, folder=folder)
    city.publish()

    assert offered.missing == ("smartcity-test-absent",)
    assert sorted(offered.entry.wheels) == sorted(one.name for one in needed)
    reader = city.reader(tmp_path / "state")
    for one in needed:
        found = reader.get_targetinfo(PATH + one.name)
        assert found is not None
        assert read_entry(found.custom) == NeededEntry()
        assert Path(reader.download_target(found, str(tmp_path / one.name))).read_bytes() == one.read_bytes()
    assert reader.get_targetinfo(PATH + "smartcity_test_unrelated-1.0-py3-none-any.whl") is None


def test_adding_the_same_again_changes_nothing(city: Made, parks: Path) -> None:
    city.add(parks)
    city.publish()
    before = city.published_files()

    assert city.add(parks) == ()
    assert city.published_files() == before


def test_publishing_again_renews_the_timestamp_alone(city: Made, parks: Path) -> None:
    city.add(parks)
    city.publish()
    before = city.published_files()

    publication = city.publish()

    after = city.published_files()
    assert {name for name in after if after[name] != before.get(name)} == {"metadata/timestamp.json"}
    assert list(publication.roles) == ["timestamp"]


def test_the_timestamp_says_when_it_was_signed(made: Made) -> None:
    signed = json.loads((made.folder / "metadata" / "timestamp.json").read_bytes())["signed"]

    assert datetime.fromisoformat(signed["x-signed-at"]) == NOW
    assert datetime.fromisoformat(signed["expires"]) == NOW + days(14)


def test_the_snapshot_names_versions_only(city: Made, parks: Path) -> None:
    city.add(parks)
    city.publish()
    newest = max((city.folder / "metadata").glob("*.snapshot.json"), key=lambda path: int(path.name.split(".")[0]))

    meta = json.loads(newest.read_bytes())["signed"]["meta"]

    assert set(meta) == {"targets.json", "cabut.json", "index.json", "p-73.json", f"r-{CITY}.json"}
    assert all(set(said) == {"version"} for said in meta.values())


def test_changes_until_the_next_publication_are_one_version(city: Made, parks: Path, newer_parks: Path) -> None:
    city.add(parks)
    city.add(newer_parks)
    publication = city.publish()

    assert publication.roles[f"r-{CITY}"] == 1
    assert set(Repository.open(city.folder).tree().delegated[f"r-{CITY}"].signed.targets) == {
        PATH + parks.name,
        PATH + newer_parks.name,
    }


def test_an_origin_that_signed_nothing_yet_keeps_nobody_from_the_others(city: Made, parks: Path, tmp_path: Path) -> None:
    city.add_origin("73.72")
    city.add(parks)

    publication = city.publish()

    assert [(notice.code, notice.where.file) for notice in publication.notices] == [("role-empty", "r-73.72")]
    assert city.reader(tmp_path / "state").get_targetinfo(PATH + parks.name) is not None


def test_names_of_files_are_ascii_and_every_one_is_known(city: Made, parks: Path) -> None:
    city.add(parks)
    city.publish()
    names = set(city.published_files())

    assert all(name.isascii() for name in names)
    assert {"metadata/1.root.json", "metadata/timestamp.json", f"metadata/1.r-{CITY}.json", "metadata/2.targets.json"} <= names
    (wheel,) = (name for name in names if name.endswith(".whl"))
    assert wheel.startswith(f"targets/{PATH}")
    assert wheel.endswith(f".{parks.name}")


def test_a_province_takes_part_by_a_role_of_its_own(made: Made, app_factory: AppFactory, tmp_path: Path) -> None:
    made.add_origin("32")
    wheel = app_factory.wheel("roads", manifest={"origin": {"region": "32"}})
    made.add(wheel)
    made.publish()

    assert made.reader(tmp_path / "state").get_targetinfo(f"apps/32/roads/{wheel.name}") is not None
    assert "p-32" not in Repository.open(made.folder).tree().delegations()


def test_several_keys_sign_together(tmp_path: Path, parks: Path) -> None:
    from tests.catalogue.made import make

    made = make(tmp_path / "katalog", keys=3)
    made.add_origin(CITY, signer("A"), signer("B"))
    made.add(parks)
    made.publish()

    assert made.reader(tmp_path / "state").get_targetinfo(PATH + parks.name) is not None

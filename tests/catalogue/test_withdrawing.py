"""An origin advises against its release; the role that revokes forbids it, whatever the origin says."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.catalogue.entries import ReleaseEntry, RevokedEntry, read_entry
from smartcity_share.catalogue.roles import ReleaseName
from smartcity_share.errors import CatalogueRefusedError
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made

NAME = ReleaseName(CITY, "parks", "1.0.0")


def found(made: Made, wheel: Path, state: Path) -> object:
    target = made.reader(state).get_targetinfo(f"apps/{CITY}/parks/{wheel.name}")
    assert target is not None
    return read_entry(target.custom)


def test_advice_is_signed_by_the_origin_and_taken_back(listed: Made, parks: Path, tmp_path: Path) -> None:
    keeper = listed.keeper(*listed.cities[CITY])

    keeper.advise_against(NAME, "Loses photos")
    listed.publish()
    advised = found(listed, parks, tmp_path / "one")
    keeper.advise_against(NAME, None)
    listed.publish()
    again = found(listed, parks, tmp_path / "two")

    assert isinstance(advised, ReleaseEntry)
    assert advised.yanked == "Loses photos"
    assert isinstance(again, ReleaseEntry)
    assert again.yanked is None


def test_advice_stays_when_more_is_listed(listed: Made, parks: Path, newer_parks: Path, tmp_path: Path) -> None:
    listed.keeper(*listed.cities[CITY]).advise_against(NAME, "Loses photos")
    listed.add(parks, newer_parks)
    listed.publish()

    entry = found(listed, parks, tmp_path / "state")

    assert isinstance(entry, ReleaseEntry)
    assert entry.yanked == "Loses photos"


def test_a_revocation_is_what_a_reader_finds_first(listed: Made, parks: Path, newer_parks: Path, tmp_path: Path) -> None:
    listed.add(newer_parks)
    listed.keeper(*listed.revocations).revoke(NAME, "Hands data to strangers")
    listed.publish()

    entry = found(listed, parks, tmp_path / "state")

    assert isinstance(entry, RevokedEntry)
    assert entry.revoked.reason == "Hands data to strangers"
    assert entry.revoked.by.startswith("Pencabut (")
    assert entry.revoked.at == NOW
    assert isinstance(found(listed, newer_parks, tmp_path / "state"), ReleaseEntry)


def test_an_origin_cannot_lift_what_was_revoked(listed: Made, parks: Path, tmp_path: Path) -> None:
    listed.keeper(*listed.revocations).revoke(NAME, "Hands data to strangers")
    listed.keeper(*listed.cities[CITY]).advise_against(NAME, None)
    listed.publish()

    assert isinstance(found(listed, parks, tmp_path / "state"), RevokedEntry)


def test_an_origin_cannot_revoke_and_the_message_names_who_may(listed: Made) -> None:
    before = listed.published_files()

    with pytest.raises(CatalogueRefusedError) as caught:
        listed.keeper(*listed.cities[CITY]).revoke(NAME, "Competitor")

    (fault,) = caught.value.faults
    assert fault.code == "signer-foreign"
    assert "Kota 73.71" in fault.message
    assert "Pencabut" in fault.mend
    assert listed.published_files() == before


@pytest.mark.parametrize("name", [ReleaseName(CITY, "parks", "9"), ReleaseName(CITY, "roads", "1.0.0")])
def test_a_release_that_is_not_listed_is_refused_with_those_that_are(listed: Made, name: ReleaseName) -> None:
    with pytest.raises(CatalogueRefusedError) as caught:
        listed.keeper(*listed.revocations).revoke(name, "Unknown")

    (fault,) = caught.value.faults
    assert fault.code == "release-unlisted"
    assert "parks==1.0.0" in fault.mend


def test_a_version_is_found_however_it_is_written(listed: Made) -> None:
    assert listed.keeper(*listed.cities[CITY]).advise_against(ReleaseName(CITY, "parks", "1.0"), "Loses photos")

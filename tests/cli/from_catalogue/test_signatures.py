"""Whoever has not the keys of an origin signs nothing for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tuf.api.metadata import Targets

from smartcity_share.catalogue.entries import IndexRow, ReleaseEntry
from smartcity_share.catalogue.roles import ReleasePath
from tests.catalogue.conftest import CITY
from tests.catalogue.forging import forge, listing, name_in_index
from tests.catalogue.made import Made, holders, make, signer
from tests.cli.from_catalogue.conftest import Refused, Wheels, follow, trust

OTHER = "71.08"
FILE = "smartcity_test_gardens-9.0.0-py3-none-any.whl"


def entry(version: str = "1.0.0") -> ReleaseEntry:
    return ReleaseEntry(app="gardens", version=version, summary={"en": "x"}, host_api=">=1.0,<2", wheels=(), yanked=None)


@pytest.fixture
def of_two_keys(served: Path, tmp_path: Path, wheels: Wheels) -> Made:
    """A catalogue whose origin signs with two keys, followed by the instance."""
    made = make(tmp_path / "two")
    made.add_origin(CITY, signer("Kepala Dinas"), signer("Sekretaris"))
    made.add(wheels.one)
    made.publish()
    follow(served, made)
    return made


@pytest.mark.parametrize("of_its_keys", [0, 1])
def test_package_name_ok_but_signature_wrong_a_role_signed_by_a_stranger(
    refused: Refused, of_two_keys: Made, wheels: Wheels, of_its_keys: int
) -> None:
    stranger, (first, second) = signer(), of_two_keys.cities[CITY]
    other_wheel = listing(of_two_keys, ReleasePath(CITY, "gardens", wheels.one.name), wheels.two, entry())
    forge(of_two_keys, "r-73.71", other_wheel, [*[first, second][:of_its_keys], stranger])
    told = refused("catalogue-untrusted")
    assert "[r-73.71]" in told
    assert "`r-73.71` needs 2 signatures of the keys " in told
    assert "Kepala Dinas" in told
    assert f"{stranger.public_key.keyid[:8]}…" in told


def test_package_name_ok_but_signature_wrong_a_region_signs_for_another(
    refused: Refused, following: Path, catalogue: Made, wheels: Wheels
) -> None:
    catalogue.add_origin(OTHER)
    catalogue.publish()
    path = ReleasePath(CITY, "gardens", FILE)
    forge(catalogue, f"r-{OTHER}", listing(catalogue, path, wheels.two, entry("9.0.0")), catalogue.cities[OTHER])
    name_in_index(catalogue, IndexRow(app="gardens", origin=CITY, version="9.0.0", file=FILE, summary={"en": "x"}))
    told = refused("release-not-found", by=("install", "gardens==9.0.0", "--from", "nasional", "--region", "71.08"))
    assert "9.0.0 is in the index, but 73.71 has not signed it" in told


def test_a_wheel_that_says_it_is_of_another_region_than_signed_it_is_refused(
    refused: Refused, following: Path, catalogue: Made, wheels: Wheels
) -> None:
    catalogue.add_origin(OTHER)
    catalogue.publish()
    path = ReleasePath(OTHER, "gardens", wheels.two.name)
    forge(catalogue, f"r-{OTHER}", listing(catalogue, path, wheels.two, entry("2.0.0")), catalogue.cities[OTHER])
    row = IndexRow(app="gardens", origin=OTHER, version="2.0.0", file=wheels.two.name, summary={"en": "x"})
    name_in_index(catalogue, row)
    told = refused("catalogue-untrusted", "--from", "nasional", "--origin", OTHER)
    assert "says that it is `gardens` 2.0.0 of 73.71; signed was `gardens` 2.0.0 of 71.08" in told


def test_a_province_does_not_speak_for_its_regencies(
    refused: Refused, following: Path, catalogue: Made, wheels: Wheels
) -> None:
    path = ReleasePath(CITY, "gardens", wheels.one.name)
    forge(catalogue, "p-73", listing(catalogue, path, wheels.two, entry()), catalogue.root)
    assert "`p-73` signed apps/73.71/gardens/" in refused("catalogue-untrusted")


def test_a_trust_root_of_others_trusts_nothing_here(refused: Refused, served: Path, catalogue: Made, tmp_path: Path) -> None:
    told = refused("catalogue-untrusted", "--from", catalogue.folder, "--trust", trust(make(tmp_path / "other")))
    assert "[timestamp]" in told


def test_a_file_that_is_no_trust_root_is_refused(refused: Refused, served: Path, catalogue: Made, tmp_path: Path) -> None:
    (tmp_path / "root.json").write_text("{}")
    told = refused("catalogue-invalid", "--from", catalogue.folder, "--trust", tmp_path / "root.json")
    assert "This is no trust root" in told


def test_keys_that_were_changed_are_followed_and_the_old_ones_sign_no_more(
    refused: Refused, following: Path, catalogue: Made
) -> None:
    old, new = catalogue.cities[CITY], signer("Kota, kunci baru")
    catalogue.keeper().rekey("r-73.71", holders(new))
    catalogue.publish(without=[CITY])
    assert "`p-73` has to name the new ones" in refused("catalogue-untrusted")
    catalogue.keeper(new).renew("r-73.71")
    catalogue.publish()
    assert "no version 9" in refused("release-not-found", by=("install", "gardens==9", "--from", "nasional", "-r", "71.08"))
    forge(catalogue, "r-73.71", lambda _: None, old)
    assert "Kota, kunci baru" in refused("catalogue-untrusted")


def test_the_keys_of_the_root_itself_may_change(refused: Refused, following: Path, catalogue: Made) -> None:
    new = signer("Pengelola baru")
    catalogue.keeper(*catalogue.root, new).rotate("root", holders(new))
    catalogue.publish()
    assert (catalogue.folder / "metadata" / "2.root.json").is_file()
    assert "no version 9" in refused("release-not-found", by=("install", "gardens==9", "--from", "nasional", "-r", "71.08"))


@pytest.mark.parametrize("digest", ["../../../../../up", "A" * 64, ""])
def test_a_hash_that_is_none_names_no_file_here(
    refused: Refused, following: Path, catalogue: Made, tmp_path: Path, digest: str
) -> None:
    def misname(role: Targets) -> None:
        for target in role.targets.values():
            target.hashes = {"sha256": digest}

    forge(catalogue, "r-73.71", misname, catalogue.cities[CITY])
    assert "cannot be read" in refused("catalogue-invalid")
    assert list(following.glob("catalogues/*/wheels")) == []


def test_a_wheel_without_end_is_not_begun(refused: Refused, following: Path, catalogue: Made) -> None:
    def lengthen(role: Targets) -> None:
        for target in role.targets.values():
            target.length = 1 << 40

    forge(catalogue, "r-73.71", lengthen, catalogue.cities[CITY])
    assert "is said to have 1,099,511,627,776 bytes" in refused("catalogue-invalid")


def test_what_is_said_of_a_release_must_be_understood(refused: Refused, following: Path, catalogue: Made) -> None:
    def garble(role: Targets) -> None:
        for target in role.targets.values():
            target.unrecognized_fields["custom"] = {"app": "gardens"}

    forge(catalogue, "r-73.71", garble, catalogue.cities[CITY])
    assert "cannot be read" in refused("catalogue-invalid")

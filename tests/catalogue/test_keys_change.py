"""Keys are replaced without touching a wheel: those of an origin by who is above it, those of the root by old and new ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from tuf.api.exceptions import UnsignedMetadataError

from smartcity_share.catalogue.checking import check
from smartcity_share.catalogue.offering import offer
from smartcity_share.catalogue.taking import take
from smartcity_share.errors import CatalogueRefusedError
from tests.catalogue.conftest import CITY
from tests.catalogue.made import NOW, Made, holders, make, signer

ROLE = f"r-{CITY}"


def path_of(wheel: Path) -> str:
    return f"apps/{CITY}/parks/{wheel.name}"


def codes(caught: pytest.ExceptionInfo[CatalogueRefusedError]) -> list[str]:
    return [fault.code for fault in caught.value.faults]


def test_an_origin_signs_anew_with_its_new_keys_and_the_old_ones_are_worth_nothing(
    listed: Made, parks: Path, newer_parks: Path, tmp_path: Path
) -> None:
    old, new = listed.cities[CITY], (signer("Kota baru"),)
    listed.keeper().rekey(ROLE, holders(*new))
    with pytest.raises(CatalogueRefusedError) as waits:
        listed.publish()
    listed.keeper(*new).renew(ROLE)
    listed.publish()

    assert codes(waits) == ["role-unsigned"]
    assert "Kota baru" in waits.value.faults[0].mend
    assert listed.reader(tmp_path / "state").get_targetinfo(path_of(parks)) is not None
    with pytest.raises(CatalogueRefusedError) as caught:
        listed.keeper(*old).add([offer(newer_parks)])
    assert codes(caught) == ["signer-foreign"]


def test_publishing_signs_anew_what_its_keys_may_sign(listed: Made, parks: Path, tmp_path: Path) -> None:
    new = signer("Kota baru")
    listed.keeper().rekey(ROLE, holders(new))

    publication = listed.publish(new)

    assert publication.renewed == (ROLE,)
    assert listed.reader(tmp_path / "state").get_targetinfo(path_of(parks)) is not None


def test_stolen_keys_are_cut_off_before_the_origin_signs_anew(listed: Made, parks: Path, tmp_path: Path) -> None:
    listed.keeper().rekey(ROLE, holders(signer("Kota baru")))

    publication = listed.publish(without=[CITY])

    assert [notice.code for notice in publication.notices] == ["role-unsigned"]
    with pytest.raises(UnsignedMetadataError):
        listed.reader(tmp_path / "state").get_targetinfo(path_of(parks))


def test_a_province_takes_over_what_was_held_for_it(listed: Made, parks: Path, tmp_path: Path) -> None:
    province = signer("Provinsi")
    listed.keeper().rekey("p-73", holders(province))
    listed.keeper(province).renew("p-73")
    listed.publish()

    assert listed.reader(tmp_path / "state").get_targetinfo(path_of(parks)) is not None
    listed.keeper(province).add_origin("73.72", holders(signer("Kota lain")))
    with pytest.raises(CatalogueRefusedError) as caught:
        listed.keeper().rekey("r-73.72", holders(signer("Kota lain")))
    assert "role-waiting" in codes(caught) or "signer-foreign" in codes(caught)


@pytest.mark.parametrize("count", [1, 3])
def test_the_root_changes_hands_with_the_signatures_of_both(tmp_path: Path, parks: Path, count: int) -> None:
    """A city began with its keys; the nation takes over with its own."""
    made = make(tmp_path / "katalog", keys=count)
    trusted = made.trust_root
    made.add_origin(CITY)
    made.add(parks)
    nation = tuple(signer(f"Nasional {number}") for number in range(3))
    made.keeper(*made.root).rotate("root", holders(*nation, threshold=2))
    with pytest.raises(CatalogueRefusedError) as one_side:
        take(made.folder, [], (signer(),), NOW)

    made.publish()
    assert not (made.folder / "metadata" / "2.root.json").exists()
    take(made.folder, [], nation[:2], NOW)
    assert not (made.folder / "metadata" / "2.root.json").exists()
    publication = made.publish()

    assert codes(one_side) == ["role-unknown"]
    assert list(publication.roles)[-1] == "root"
    assert not list((made.folder / "drafts").glob("*.json"))
    reader = made.reader(tmp_path / "state", trusted)
    assert reader.get_targetinfo(path_of(parks)) is not None
    assert check(made.folder, trusted, NOW).faults == ()
    made.keeper(*nation[:2]).rotate("root", holders(*nation[1:]))
    with pytest.raises(CatalogueRefusedError):
        made.keeper(*made.root).rotate("root", holders(signer()))


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_other_top_level_keys_change_by_a_new_root(listed: Made, parks: Path, tmp_path: Path, role: str) -> None:
    trusted, new = listed.trust_root, signer("Baru")
    listed.keeper(*listed.root).rotate(role, holders(new))
    with pytest.raises(CatalogueRefusedError):
        listed.publish()

    listed.publish(new, *listed.root)

    seen = tmp_path / "seen"
    assert listed.reader(seen, trusted).get_targetinfo(path_of(parks)) is not None
    assert check(listed.folder, trusted, NOW).faults == ()
    if role == "timestamp":
        with pytest.raises(CatalogueRefusedError) as caught:
            listed.publish()
        assert "Baru" in caught.value.faults[0].mend


def test_a_reader_of_before_follows_the_new_root(listed: Made, parks: Path, newer_parks: Path, tmp_path: Path) -> None:
    trusted, new = listed.trust_root, signer("Baru")
    listed.reader(tmp_path / "state").get_targetinfo(path_of(parks))
    listed.keeper(*listed.root).rotate("timestamp", holders(new))
    listed.add(newer_parks)
    listed.publish(new)

    assert listed.reader(tmp_path / "state", trusted).get_targetinfo(path_of(newer_parks)) is not None


class TestKeysThatDoNotGoTogether:
    """Thresholds count keys, so keys of one role belong to one party."""

    def test_two_parties_in_one_role_would_let_one_of_them_sign_alone(self, city: Made) -> None:
        """The trap: of a role with threshold 2 over two keys of a city and two of an auditor, the city's two are enough."""
        other = city.add_origin("73.72", signer("Auditor A"), signer("Auditor B"))
        joint = holders(*city.cities[CITY], signer("Kota kedua"), *other, threshold=2)

        with pytest.raises(CatalogueRefusedError) as caught:
            city.keeper().rekey(ROLE, joint)

        assert codes(caught) == ["key-shared"]
        assert "counts keys, not parties" in caught.value.faults[0].mend

    def test_a_key_of_the_catalogue_is_none_of_an_origin(self, made: Made) -> None:
        for key in (*made.root, *made.revocations, made.online):
            with pytest.raises(CatalogueRefusedError) as caught:
                made.keeper().add_origin("32.73", holders(key))
            assert codes(caught) == ["key-shared"]

    def test_a_key_of_the_server_names_nobody(self, city: Made) -> None:
        """Whoever steals it would let anybody sign for the whole province."""
        for key in (city.online, *city.cities[CITY]):
            with pytest.raises(CatalogueRefusedError) as caught:
                city.keeper().rekey("p-73", holders(key))
            assert codes(caught) == ["key-shared"]

    def test_a_key_of_an_origin_is_none_of_the_server(self, city: Made) -> None:
        for role in ("timestamp", "targets", "root"):
            with pytest.raises(CatalogueRefusedError) as caught:
                city.keeper().rotate(role, holders(*city.cities[CITY]))
            assert codes(caught) == ["key-shared"]

    def test_a_province_may_be_an_origin_with_the_same_keys(self, city: Made) -> None:
        province = signer("Provinsi")
        city.keeper().rekey("p-73", holders(province))

        assert city.keeper().add_origin("73", holders(province))

    def test_who_keeps_the_catalogue_may_hold_several_of_its_roles(self, city: Made) -> None:
        assert city.keeper().rotate("timestamp", holders(*city.root))

    def test_one_key_twice_is_no_threshold_of_two(self, made: Made) -> None:
        key = signer()
        with pytest.raises(CatalogueRefusedError) as caught:
            made.keeper().add_origin("32.73", holders(key, key))
        assert codes(caught) == ["key-twice"]

    @pytest.mark.parametrize("threshold", [0, 2])
    def test_a_threshold_nobody_can_meet(self, made: Made, threshold: int) -> None:
        with pytest.raises(CatalogueRefusedError) as caught:
            made.keeper().add_origin("32.73", holders(signer(), threshold=threshold))
        assert codes(caught) == ["threshold-unreachable"]

    def test_an_origin_is_let_in_once(self, city: Made) -> None:
        with pytest.raises(CatalogueRefusedError) as caught:
            city.keeper().add_origin(CITY, holders(signer()))
        assert codes(caught) == ["origin-known"]

    @pytest.mark.parametrize("code", ["", "32.73/x", "*", "my-10", "32..73", ".", "é"])
    def test_a_code_that_is_no_path(self, made: Made, code: str) -> None:
        with pytest.raises(CatalogueRefusedError) as caught:
            made.keeper().add_origin(code, holders(signer()))
        assert codes(caught) == ["origin-code-invalid"]

    def test_keys_of_a_province_that_has_some(self, city: Made) -> None:
        with pytest.raises(CatalogueRefusedError) as caught:
            city.keeper().add_origin("73.72", holders(signer()), holders(signer()))
        assert codes(caught) == ["province-known"]

    def test_a_role_that_is_not_there(self, city: Made) -> None:
        with pytest.raises(CatalogueRefusedError) as caught:
            city.keeper().rekey("r-32.73", holders(signer()))
        assert codes(caught) == ["role-unknown"]


def test_a_province_lets_its_own_origins_in(made: Made, parks: Path, tmp_path: Path) -> None:
    province, city = signer("Provinsi"), signer("Kota")
    written = made.keeper(*made.root, province).add_origin(CITY, holders(city), holders(province))
    assert all(one.standing.is_complete for one in written)
    made.cities[CITY] = (city,)
    made.add(parks)
    made.publish()

    assert made.reader(tmp_path / "state").get_targetinfo(path_of(parks)) is not None


def test_a_province_that_is_away_signs_later(made: Made, parks: Path, tmp_path: Path) -> None:
    province, city = signer("Provinsi"), signer("Kota")
    written = made.keeper().add_origin(CITY, holders(city), holders(province))
    assert [one.standing.role for one in written if not one.standing.is_complete] == ["p-73"]

    take(made.folder, [], (province,), NOW)
    made.cities[CITY] = (city,)
    made.add(parks)
    made.publish()

    assert made.reader(tmp_path / "state").get_targetinfo(path_of(parks)) is not None


@pytest.mark.parametrize("role", ["index", "cabut"])
def test_the_roles_of_the_catalogue_itself_change_hands(listed: Made, parks: Path, tmp_path: Path, role: str) -> None:
    new = signer("Baru")
    listed.keeper().rekey(role, holders(new))
    with pytest.raises(CatalogueRefusedError) as caught:
        listed.publish()
    assert "Baru" in caught.value.faults[0].mend

    listed.publish(new)

    stock = listed.reader(tmp_path / "state")
    assert stock.get_targetinfo(path_of(parks)) is not None
    assert stock.get_targetinfo("index/apps.json") is not None

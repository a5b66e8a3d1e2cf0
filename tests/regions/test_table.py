"""The table holds every region of the decree, with codes as text and the facts that follow from them."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest

from smartcity_share.errors import RegionNotFoundError
from smartcity_share.regions.table import RegionKind, aliases, all_regions, get

DATA = Path(str(files("smartcity_share.regions"))) / "data"


def test_the_table_counts_38_provinces_and_514_regions_of_which_508_are_autonomous() -> None:
    kinds = Counter(region.kind for region in all_regions())
    autonomous = [region for region in all_regions() if region.autonomous and region.kind is not RegionKind.PROVINSI]

    assert kinds == {RegionKind.PROVINSI: 38, RegionKind.KABUPATEN: 416, RegionKind.KOTA: 98}
    assert len(autonomous) == 508


def test_the_regions_that_are_not_autonomous_are_the_six_units_of_jakarta() -> None:
    units = [region for region in all_regions() if not region.autonomous]

    assert [region.code for region in units] == ["31.01", "31.71", "31.72", "31.73", "31.74", "31.75"]
    assert all(" Administrasi " in region.name for region in units)


def test_kind_province_and_name_follow_from_the_code() -> None:
    for region in all_regions():
        if region.kind is RegionKind.PROVINSI:
            assert len(region.code) == 2
            continue
        assert region.kind is (RegionKind.KABUPATEN if int(region.code[3:]) < 70 else RegionKind.KOTA)
        assert region.name.startswith(region.kind.capitalize())
        assert region.name.endswith(region.short_name)
        assert region.province_code == region.code[:2]
        assert region.province_name == get(region.province_code).short_name


def test_the_zones_are_those_of_the_decree_and_known_to_this_machine() -> None:
    zones = Counter(region.time_zone for region in all_regions() if region.kind is not RegionKind.PROVINSI)

    assert zones["Asia/Jakarta"] + zones["Asia/Pontianak"] == 301
    assert (zones["Asia/Makassar"], zones["Asia/Jayapura"]) == (150, 63)
    assert {region.time_zone for region in all_regions() if region.province_code in ("61", "62")} == {"Asia/Pontianak"}
    assert all(ZoneInfo(zone) for zone in zones)


def test_codes_are_ordered_and_keep_their_zero() -> None:
    codes = [region.code for region in all_regions()]

    assert codes == sorted(set(codes))
    assert get("13.10").name == "Kabupaten Dharmasraya"
    assert get("12.10").name == "Kabupaten Labuhanbatu"


def test_names_have_no_leftovers_of_the_source() -> None:
    for region in all_regions():
        assert region.name == " ".join(region.name.split())
        assert not region.name.startswith("Kab ")
        assert "Kep." not in region.name


def test_special_provinces_keep_their_official_names() -> None:
    names = {code: get(code).name for code in ("11", "31", "32", "34")}

    assert names == {
        "11": "Aceh",
        "31": "Daerah Khusus Ibukota Jakarta",
        "32": "Provinsi Jawa Barat",
        "34": "Daerah Istimewa Yogyakarta",
    }


def test_a_region_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        get("32.73").name = "Kota Lain"  # type: ignore[misc]


def test_every_alias_names_a_region_and_its_source() -> None:
    for alias in aliases():
        assert get(alias.code).code == alias.code
        assert alias.kind in {"former", "spelling", "abbreviation"}
        assert alias.source.strip()
        if alias.kind == "former":
            assert alias.source.startswith(("PP ", "UU ")), alias


def test_a_code_that_is_not_in_the_table_names_the_nearest() -> None:
    with pytest.raises(RegionNotFoundError) as caught:
        get("32.80")

    assert caught.value.message == "No region has the code 32.80"
    assert caught.value.hint == "Did you mean 32.79 Kota Banjar?"


def test_the_provenance_beside_the_table_is_of_this_table() -> None:
    source = tomllib.loads((DATA / "indonesia.source.toml").read_text("utf-8"))

    assert source["table_sha256"] == hashlib.sha256((DATA / "indonesia.csv").read_bytes()).hexdigest()
    assert source["decree"] == "Kepmendagri 300.2.2-2138/2025"
    assert source["source"]["licence"] == "MIT"
    assert source["cross_check"]["differences"] == []
    assert source["counts"] == {"provinsi": 38, "kabupaten": 416, "kota": 98, "autonomous_kabupaten_kota": 508}


def test_the_notice_carries_the_licence_of_the_source() -> None:
    notice = (DATA / "NOTICE.md").read_text("utf-8")

    assert "indonesia-nodejs" in notice
    assert "Permission is hereby granted, free of charge" in notice

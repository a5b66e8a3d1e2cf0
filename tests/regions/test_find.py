"""Finding forgives how a name is written; resolving refuses to guess between regions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.errors import RegionAmbiguousError, RegionNotFoundError
from smartcity_share.regions.search import words_of
from smartcity_share.regions.table import Region, all_regions, find, resolve

SHARED = [
    "Solok",
    "Bogor",
    "Sukabumi",
    "Bandung",
    "Tasikmalaya",
    "Cirebon",
    "Bekasi",
    "Banjar",
    "Magelang",
    "Semarang",
    "Pekalongan",
    "Tegal",
    "Blitar",
    "Kediri",
    "Malang",
    "Probolinggo",
    "Pasuruan",
    "Mojokerto",
    "Madiun",
    "Tangerang",
    "Serang",
    "Bima",
    "Kupang",
    "Gorontalo",
    "Jayapura",
    "Sorong",
]
SEED = {
    "Kab. Tebo": "15.09",
    "Maros": "73.09",
    "Nias": "12.04",
    "Tanah Laut": "63.01",
    "Bolaang Mongondow Utara": "71.08",
    "Kab. Madiun": "35.19",
    "Buleleng": "51.08",
    "Dharmasraya": "13.10",
    "Kota Makassar": "73.71",
}


def codes(text: str) -> list[str]:
    return [region.code for region in find(text)]


def test_bandung_is_three_regions() -> None:
    assert codes("bandung") == ["32.04", "32.17", "32.73"]


@pytest.mark.parametrize(("name", "code"), SEED.items())
def test_the_nine_regions_of_the_first_event_resolve(name: str, code: str) -> None:
    assert resolve(name).code == code


@pytest.mark.parametrize("name", SHARED)
def test_a_name_shared_by_a_kabupaten_and_a_kota_is_never_resolved(name: str) -> None:
    with pytest.raises(RegionAmbiguousError) as caught:
        resolve(name)

    hint = caught.value.hint or ""
    assert all(str(region) in hint for region in find(name) if region.short_name == name)


def test_there_are_exactly_26_shared_names() -> None:
    names = [region.short_name for region in all_regions() if "." in region.code]

    assert sorted(SHARED) == sorted({name for name in names if names.count(name) > 1})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kab bandung", ["32.04", "32.17"]),
        ("KAB. BANDUNG", ["32.04", "32.17"]),
        ("Kabupaten Bandung Barat", ["32.17"]),
        ("kota bandung", ["32.73"]),
        ("bandung kota", ["32.73"]),
        ("kodya bandung", ["32.73"]),
        ("prov jawa barat", ["32"]),
        ("propinsi jawa barat", ["32"]),
        ("bandung jawa barat", ["32.04", "32.17", "32.73"]),
        ("banjar, jawa barat", ["32.79"]),
        ("3273", ["32.73"]),
        (" 32.73 ", ["32.73"]),
        ("32", ["32"]),
        ("makasar", ["73.71"]),
        ("darmasraya", ["13.10"]),
        ("bolang mongondow utara", ["71.08"]),
        ("kota bandng", ["32.73"]),
        ("kab bandng", ["32.04"]),
        ("ujung pandang", ["73.71"]),
        ("Kabupaten Pontianak", ["61.02"]),
        ("mamuju utara", ["76.01"]),
        ("tanjung balai", ["12.74"]),
        ("padang sidempuan", ["12.77"]),
        ("Padangsidimpuan", ["12.77"]),
        ("muko-muko", ["17.06"]),
        ("tolitoli", ["72.04"]),
        ("toli toli", ["72.04"]),
        ("kep. siau tagulandang biaro", ["71.09"]),
        ("sitaro", ["71.09"]),
        ("fakfak", ["92.03"]),
        ("Lima Puluh Kota", ["13.07"]),
        ("dharmas", ["13.10"]),
        ("kab banyuas", ["16.06", "16.07", "33.02"]),
        ("", []),
        (" .,- ", []),
        ("xqzwv", []),
        ("99.99", []),
        ("13.1", []),
    ],
)
def test_find_forgives_how_a_name_is_written(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_find_lists_a_whole_kind() -> None:
    assert len(find("provinsi")) == 35  # Aceh, Jakarta and Yogyakarta are not called so
    assert {"kota"} <= {region.kind for region in find("kota")}


@pytest.mark.parametrize(
    ("text", "code"),
    [("7371", "73.71"), ("kabupaten nias", "12.04"), ("mongondow utara", "71.08"), ("dki jakarta", "31"), ("bolmut", "71.08")],
)
def test_resolve_takes_a_code_a_name_and_words_of_only_one_region(text: str, code: str) -> None:
    assert resolve(text).code == code


@pytest.mark.parametrize("text", ["pontianak", "yogyakarta", "jambi"])
def test_a_former_name_or_a_province_makes_a_name_ambiguous_too(text: str) -> None:
    with pytest.raises(RegionAmbiguousError):
        resolve(text)


def test_resolve_does_not_take_a_misspelt_name_but_says_what_was_meant() -> None:
    with pytest.raises(RegionNotFoundError) as caught:
        resolve("makasar")

    assert caught.value.hint == "Did you mean 73.71 Kota Makassar?"


@pytest.mark.parametrize(("text", "meant"), [("13.1", "13.10 Kabupaten Dharmasraya"), ("12.1", "12.10 Kabupaten Labuhanbatu")])
def test_a_code_that_lost_its_zero_says_so(text: str, meant: str) -> None:
    with pytest.raises(RegionNotFoundError) as caught:
        resolve(text)

    assert "a trailing zero was lost" in caught.value.message
    assert f"Did you mean {meant}?" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("13.2", "13.2 is not a region code: a zero was lost", "Did you mean 13.02 Kabupaten Solok?"),
        ("31.7", "31.7 is not a region code: it has too few digits", "Did you mean 31.71 Kota Administrasi Jakarta Pusat?"),
        ("32.73.01", "32.73.01 is the code of a district or village, not of a region", "It lies in 32.73 Kota Bandung."),
        ("3273011001", "3273011001 is the code of a district or village, not of a region", "It lies in 32.73 Kota Bandung."),
        ("73.99", "No region has the code 73.99", "Did you mean 73.73 Kota Palopo?"),
    ],
)
def test_an_unknown_code_says_what_is_wrong_with_it(text: str, message: str, hint: str) -> None:
    with pytest.raises(RegionNotFoundError) as caught:
        resolve(text)

    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_code_of_no_province_says_what_a_code_looks_like() -> None:
    with pytest.raises(RegionNotFoundError) as caught:
        resolve("99.99")

    assert "PP.RR" in (caught.value.hint or "")


def test_a_long_list_of_candidates_is_counted() -> None:
    with pytest.raises(RegionAmbiguousError) as caught:
        resolve("kabupaten")

    assert "and 404 more" in (caught.value.hint or "")


@given(st.text(max_size=300))
def test_find_never_raises_and_resolve_raises_only_its_two_errors(text: str) -> None:
    found = find(text)

    assert list(found) == sorted(found, key=lambda region: region.code)
    with suppress(RegionAmbiguousError, RegionNotFoundError):
        assert resolve(text) in found


@given(st.text(max_size=40))
def test_what_resolve_refuses_has_a_mend(text: str) -> None:
    error = next(refused(text), None)

    assert error is None or error.hint


def refused(text: str) -> Iterator[RegionAmbiguousError | RegionNotFoundError]:
    try:
        resolve(text)
    except (RegionAmbiguousError, RegionNotFoundError) as error:
        yield error


@given(st.sampled_from(all_regions()), st.sampled_from(["upper", "lower", "title"]), st.sampled_from([" ", "-", ". "]))
def test_every_official_name_and_code_finds_its_region(region: Region, case: str, between: str) -> None:
    written = between.join(getattr(region.name, case)().split())

    assert region in find(written)
    assert resolve(written) == region
    assert resolve(region.code.replace(".", "")) == region


@given(st.sampled_from([region for region in all_regions() if len(region.short_name) > 7]), st.data())
def test_a_name_that_lacks_one_letter_still_finds_the_region(region: Region, data: st.DataObject) -> None:
    letters = [index for index, letter in enumerate(region.name) if letter.isalpha()]
    at = data.draw(st.sampled_from(letters))

    assert region in find(region.name[:at] + region.name[at + 1 :])


def test_words_are_plain_lower_case_and_written_out() -> None:
    assert words_of("KAB. Toli-Tólí (Kep.)") == ("kabupaten", "toli", "toli", "kepulauan")

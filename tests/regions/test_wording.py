"""The words follow the kind of region, the language, the place and the date."""

from __future__ import annotations

from datetime import date

import pytest

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.regions.profile import RegionProfile, Titles, check_profile
from smartcity_share.regions.region import RegionKind
from smartcity_share.regions.table import all_regions, get
from smartcity_share.regions.wording import WORDS, Wording, wording_of, wording_of_region

DAY = date(2026, 1, 31)


def profile_of(text: str) -> RegionProfile:
    profile, faults = check_profile(TomlDocument.parse(text.encode(), "profile.toml"))
    assert faults == ()
    assert profile is not None
    return profile


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("73.71", ("Kota", "Wali Kota", "Perwal", "Kepwal", "Pemerintah Kota Makassar", "Yth. Bapak/Ibu Wali Kota Makassar")),
        (
            "13.10",
            (
                "Kabupaten",
                "Bupati",
                "Perbup",
                "Kepbup",
                "Pemerintah Kabupaten Dharmasraya",
                "Yth. Bapak/Ibu Bupati Dharmasraya",
            ),
        ),
        (
            "32",
            (
                "Provinsi",
                "Gubernur",
                "Pergub",
                "Kepgub",
                "Pemerintah Provinsi Jawa Barat",
                "Yth. Bapak/Ibu Gubernur Jawa Barat",
            ),
        ),
    ],
)
def test_the_kind_of_region_gives_the_words(code: str, expected: tuple[str, ...]) -> None:
    words = wording_of_region(get(code), "id", DAY)

    assert expected == (
        words.region_word,
        words.head_title,
        words.head_regulation_short,
        words.head_decree_short,
        words.government,
        words.salutation,
    )


@pytest.mark.parametrize(
    ("code", "head", "region", "government"),
    [
        ("73.71", "Mayor", "Makassar City", "Makassar City Government"),
        ("13.10", "Regent", "Dharmasraya Regency", "Dharmasraya Regency Government"),
        ("32", "Governor", "Jawa Barat Province", "Provincial Government of Jawa Barat"),
    ],
)
def test_english_has_its_own_words(code: str, head: str, region: str, government: str) -> None:
    words = wording_of_region(get(code), "en", DAY)

    assert (words.head_title, words.region_name, words.government) == (head, region, government)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_region_has_every_word_and_no_open_placeholder(language: str) -> None:
    for region in all_regions():
        words = wording_of_region(region, language, DAY)
        for word in WORDS:
            text = words.word(word)
            assert text
            assert "{" not in text
            assert text == getattr(words, word)


def test_before_october_2014_the_head_of_a_kota_was_written_in_one_word() -> None:
    city = get("73.71")

    assert wording_of_region(city, "id", date(2014, 10, 1)).head_regulation == "Peraturan Walikota"
    assert wording_of_region(city, "id", date(2014, 10, 2)).head_regulation == "Peraturan Wali Kota"


@pytest.mark.parametrize(
    ("code", "word", "expected"),
    [
        ("11", "regional_regulation", "Qanun Aceh"),
        ("11", "government", "Pemerintah Aceh"),
        ("11.71", "council_short", "DPRK"),
        ("11.01", "village_word", "Gampong"),
        ("13.01", "village_word", "Nagari"),
        ("13.09", "village_word", "Desa/Kelurahan"),
        ("13.71", "village_word", "Kelurahan"),
        ("31.71", "region_word", "Kota Administrasi"),
        ("31.71", "head_regulation_short", "Pergub"),
        ("34", "government", "Pemerintah Daerah Daerah Istimewa Yogyakarta"),
        ("34.02", "district_word", "Kapanewon"),
        ("34.71", "district_word", "Kemantren"),
        ("91.71", "district_word", "Distrik"),
        ("96", "regional_regulation_short", "Perdasi"),
    ],
)
def test_some_provinces_have_words_of_their_own(code: str, word: str, expected: str) -> None:
    assert wording_of_region(get(code), "id", DAY).word(word) == expected


def test_words_hold_from_their_date_on() -> None:
    assert wording_of_region(get("34.02"), "id", date(2018, 12, 31)).district_word == "Kecamatan"


@pytest.mark.parametrize(("language", "head"), [("id-ID", "Bupati"), ("jv", "Bupati"), ("en-GB", "Regent")])
def test_a_language_without_words_falls_back(language: str, head: str) -> None:
    assert wording_of_region(get("13.10"), language, DAY).head_title == head


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(KeyError, match="salute"):
        wording_of_region(get("13.10"), "id", DAY).word("salute")


def test_the_profile_sets_words_over_those_of_the_kind_for_a_time() -> None:
    profile = profile_of("""
        code = "73.71"
        [[titles]]
        language = "id"
        valid_until = 2025-12-31
        head_title = "Daeng {x}"
        [[titles]]
        language = "id"
        council_short = "Dewan"
    """)

    old, new = wording_of(profile, "id", date(2025, 12, 31)), wording_of(profile, "id", date(2026, 1, 1))

    assert (old.head_title, old.deputy_title, old.council_short) == ("Daeng {x}", "Wakil Daeng {x}", "Dewan")
    assert (new.head_title, new.council_short) == ("Wali Kota", "Dewan")
    assert wording_of(profile, "en", date(2025, 12, 31)).head_title == "Mayor"


def test_the_last_of_several_titles_that_hold_wins() -> None:
    titles = (Titles(language="id", head_title="A"), Titles(language="id", head_title="B"))

    assert Wording(RegionKind.KOTA, "id", titles, DAY).head_title == "B"


ABROAD = """
    code = "MY-10-PJ"
    country = "MY"
    name = "Bandar Contoh"
    short_name = "Contoh"
    time_zone = "Asia/Kuala_Lumpur"
    languages = ["ms", "en"]
    [[titles]]
    language = "ms"
    region_word = "Bandar"
    head_title = "Datuk Bandar"
    head_regulation = "Undang-undang Kecil"
    head_decree = "Perintah"
    government = "Majlis Bandar Contoh"
    [[titles]]
    language = "en"
    region_word = "City"
    head_title = "Lord Mayor"
"""


def test_a_region_of_another_country_brings_its_own_words() -> None:
    profile = profile_of(ABROAD)

    malay, english = wording_of(profile, "ms", DAY), wording_of(profile, "en", DAY)

    assert profile.kind is RegionKind.OTHER
    assert (malay.head_title, malay.government, malay.head_regulation_short) == (
        "Datuk Bandar",
        "Majlis Bandar Contoh",
        "Undang-undang Kecil",
    )
    assert (english.head_title, english.head_regulation, english.government) == (
        "Lord Mayor",
        "Lord Mayor Regulation",
        "Government of Bandar Contoh",
    )
    assert wording_of(profile, "zh", DAY).head_title == "Datuk Bandar"


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("id", ["Plt. Bupati", "Bupati", "Sekretaris Daerah", "Kepala Dinas Contoh"]),
        ("en", ["Acting Regent", "Regent", "Regional Secretary", "Head of the Example Agency"]),
        ("jv", ["Plt. Bupati", "Bupati", "Sekretaris Daerah", "Kepala Dinas Contoh"]),
    ],
)
def test_the_title_of_an_official_follows_from_the_post(language: str, titles: list[str]) -> None:
    profile = profile_of("""
        code = "13.10"
        languages = ["id", "en"]
        [[officials]]
        post = "head"
        name = "A"
        from = 2024-01-01
        until = 2024-12-31
        acting = "plt"
        [[officials]]
        post = "head"
        name = "B"
        from = 2025-01-01
        [[officials]]
        post = "secretary"
        name = "C"
        from = 2025-01-01
        [[officials]]
        post = "example-head"
        title = { id = "Kepala Dinas Contoh", en = "Head of the Example Agency" }
        name = "D"
        from = 2025-01-01
    """)
    words = wording_of(profile, language, DAY)

    assert [words.title_of(official) for official in profile.officials] == titles

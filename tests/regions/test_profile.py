"""A profile draws from the table what it leaves out, and tells every fault at once, with line and mend."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault, ProfileError, RegionNotFoundError
from smartcity_share.regions.profile import RegionProfile, check_profile, profile_faults_on, read_profile
from smartcity_share.regions.region import Region, RegionKind
from smartcity_share.regions.starter import starter_profile
from smartcity_share.regions.table import all_regions

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples" / "regions").glob("*/profile.toml"))

ABROAD = """
code = "MY-10"
country = "MY"
name = "Bandar Contoh"
short_name = "Contoh"
time_zone = "Asia/Kuala_Lumpur"
languages = ["en"]
[[titles]]
language = "en"
region_word = "City"
head_title = "Mayor"
"""


def document_of(text: str) -> TomlDocument:
    return TomlDocument.parse(textwrap.dedent(text).encode(), "profile.toml")


def faults_of(text: str, folder: Path | None = None) -> tuple[Fault, ...]:
    profile, faults = check_profile(document_of(text), folder)
    assert (profile is None) == bool(faults)
    return faults


def profile_of(text: str) -> RegionProfile:
    profile, faults = check_profile(document_of(text))
    assert faults == ()
    assert profile is not None
    return profile


def test_a_code_alone_is_a_profile() -> None:
    profile = profile_of('code = "61.71"')

    assert (profile.name, profile.short_name, profile.kind) == ("Kota Pontianak", "Pontianak", RegionKind.KOTA)
    assert (profile.province, profile.country, profile.languages) == ("Kalimantan Barat", "ID", ("id",))
    assert (profile.time_zone, profile.zone) == ("Asia/Pontianak", ZoneInfo("Asia/Pontianak"))
    assert (profile.head(date(2026, 1, 1)), profile.office("x"), profile.officials) == (None, None, ())


def test_facts_that_agree_with_the_table_may_be_given() -> None:
    profile = profile_of("""
        code = "13.10"
        kind = "kabupaten"
        name = "Kabupaten Dharmasraya"
        short_name = "Dharmasraya"
        province = "Sumatera Barat"
        time_zone = "Asia/Jakarta"
    """)

    assert profile.code == "13.10"


def test_a_profile_cannot_be_changed() -> None:
    with pytest.raises(pydantic.ValidationError):
        profile_of('code = "13.10"').name = "x"


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        ("region-code-not-text", 1, "code = 13.10"),
        ("region-unknown", 1, 'code = "13.1"'),
        ("region-unknown", 1, 'code = "99.99"'),
        ("key-missing", 1, 'languages = ["id"]'),
        ("table-disagrees", 2, 'code = "13.10"\nname = "Kota Dharmasraya"'),
        ("table-disagrees", 2, 'code = "13.10"\nkind = "kota"'),
        ("table-disagrees", 2, 'code = "13.10"\ntime_zone = "Asia/Makassar"'),
        ("table-disagrees", 2, 'code = "13.10"\nprovince = "Riau"'),
        ("profile-version-unsupported", 2, 'code = "13.10"\nprofile_version = 2\nnew_thing = 1'),
        ("profile-version-unsupported", 1, 'profile_version = 0\ncode = "13.10"'),
        ("value-type", 1, 'profile_version = "1"\ncode = "13.10"'),
        ("key-unknown", 2, 'code = "13.10"\ncapitol = "x"'),
        ("value-invalid", 2, 'code = "13.10"\nlanguages = ["Indonesian"]'),
        ("value-too-short", 2, 'code = "13.10"\nlanguages = []'),
        ("language-repeated", 2, 'code = "13.10"\nlanguages = ["id", "en", "id"]'),
        ("value-invalid", 2, 'code = "13.10"\ncountry = "id"'),
        ("value-invalid", 3, 'code = "13.10"\n[contacts]\nemergency = "satu"'),
        ("value-type", 3, 'code = "13.10"\n[contacts]\nemergency = 112'),
        ("value-invalid", 3, 'code = "13.10"\n[contacts]\nphone = "ask"'),
        ("value-invalid", 3, 'code = "13.10"\n[contacts]\nemail = "a b@x"'),
        ("value-invalid", 3, 'code = "13.10"\n[contacts]\nwebsite = "javascript:a"'),
        ("value-invalid", 3, 'code = "13.10"\n[branding]\nprimary = "blue"'),
        ("contrast-low", 3, 'code = "13.10"\n[branding]\nprimary = "#FFCC00"'),
        ("contrast-low", 3, 'code = "13.10"\n[branding]\naccent = "#ffcc00"'),
        ("contrast-low", 3, 'code = "13.10"\n[branding]\naccent = "#112233"\ntext_on_accent = "#000000"'),
        ("value-not-allowed", 3, 'code = "13.10"\n[branding]\ntext_on_accent = "#123456"'),
        (
            "text-missing",
            4,
            'code = "13.10"\nlanguages = ["id", "en"]\n[branding]\nlogo_alt = { en = "A" }',
        ),
        ("term-reversed", 6, 'code = "13.10"\n[[officials]]\npost = "head"\nname = "A"\nfrom = 2025-01-01\nuntil = 2024-01-01'),
        ("title-missing", 3, 'code = "13.10"\n[[officials]]\npost = "haed"\nname = "A"\nfrom = 2025-01-01'),
        ("value-not-allowed", 6, 'code = "13.10"\n[[officials]]\npost = "head"\nname = "A"\nfrom = 2025-01-01\nacting = "ptl"'),
        ("value-type", 5, 'code = "13.10"\n[[officials]]\npost = "head"\nname = "A"\nfrom = "yesterday"'),
        ("term-reversed", 5, 'code = "13.10"\n[[titles]]\nlanguage = "id"\nvalid_from = 2025-01-01\nvalid_until = 2024-01-01'),
        (
            "term-reversed",
            8,
            (
                'code = "13.10"\n[[legal_references]]\nkind = "UU"\nnumber = "1"\nyear = 2024\nsubject = "A"\n'
                "valid_from = 2025-01-01\nvalid_until = 2024-01-01"
            ),
        ),
        ("value-type", 4, 'code = "13.10"\n[[legal_references]]\nkind = "UU"\nnumber = 1\nyear = 2024\nsubject = "A"'),
        ("language-unlisted", 4, 'code = "13.10"\n[[offices]]\nid = "a"\nname = { id = "A", en = "A" }'),
        ("id-repeated", 6, 'code = "13.10"\n[[offices]]\nid = "a"\nname.id = "A"\n[[offices]]\nid = "a"\nname.id = "A"'),
        (
            "id-repeated",
            6,
            'code = "13.10"\n[[districts]]\ncode = "13.10.01"\nname = "A"\n[[districts]]\ncode = "13.10.01"\nname = "B"',
        ),
        ("district-elsewhere", 3, 'code = "13.10"\n[[districts]]\ncode = "13.11.01"\nname = "A"'),
        ("district-elsewhere", 3, 'code = "13.10"\n[[districts]]\ncode = "13.10.1"\nname = "A"'),
        ("value-type", 3, 'code = "13.10"\n[[holidays]]\ndate = "2026-08-17"\nname.id = "A"'),
    ],
)
def test_each_fault_is_told_with_its_line_and_mend(code: str, line: int, text: str) -> None:
    faults = [fault for fault in faults_of(text) if fault.code == code]

    assert [fault.code for fault in faults_of(text)].count(code) == 1
    assert faults[0].mend
    assert faults[0].where.line == line


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("kind-foreign", 'country = "MY"', 'country = "MY"\nkind = "kota"'),
        ("time-zone-unknown", "Asia/Kuala_Lumpur", "Asia/Kuala_Lumpurr"),
        ("time-zone-unknown", "Asia/Kuala_Lumpur", "../etc/passwd"),
        ("titles-missing", 'head_title = "Mayor"', ""),
        ("titles-missing", '["en"]', '["en", "ms"]'),
        ("key-missing", 'name = "Bandar Contoh"', ""),
        ("value-invalid", '"MY-10"', '"MY/10"'),
    ],
)
def test_a_region_of_another_country_has_rules_of_its_own(code: str, old: str, new: str) -> None:
    assert faults_of(ABROAD) == ()
    assert [fault.code for fault in faults_of(ABROAD.replace(old, new, 1)) if fault.code == code] == [code]


def test_a_mend_names_what_was_meant() -> None:
    by_code = {fault.code: fault for fault in faults_of('code = 13.10\ncapitol = "x"')}

    assert 'code = "13.10"' in by_code["region-code-not-text"].mend
    assert by_code["key-unknown"].mend == "Did you mean `capital`?"
    assert "Asia/Kuala_Lumpur" in faults_of(ABROAD.replace("Lumpur", "Lumpurr"))[0].mend


def test_a_low_contrast_states_the_ratio_and_a_colour_that_works() -> None:
    (fault,) = faults_of('code = "13.10"\n[branding]\naccent = "#ffcc00"')

    assert "1.51:1" in fault.message
    assert faults_of(f'code = "13.10"\n[branding]\n{fault.mend.removeprefix("Write ").split(",")[0]}') == ()
    assert faults_of('code = "13.10"\n[branding]\naccent = "#ffcc00"\ntext_on_accent = "#000000"') == ()


def test_colours_are_kept_in_lower_case() -> None:
    branding = profile_of('code = "13.10"\n[branding]\nprimary = "#0B5A3C"').branding

    assert (branding.primary, branding.text_on_primary) == ("#0b5a3c", "#ffffff")


OVERLAP = """
code = "13.10"
[[officials]]
post = "head"
name = "A"
from = 2020-01-01
{until}
[[officials]]
post = "head"
name = "B"
from = 2025-01-01
"""


@pytest.mark.parametrize(
    ("until", "codes"),
    [("until = 2024-12-31", []), ("until = 2025-01-01", ["term-overlap"]), ("", ["term-overlap"])],
)
def test_a_post_is_held_by_one_at_a_time(until: str, codes: list[str]) -> None:
    assert [fault.code for fault in faults_of(OVERLAP.format(until=until))] == codes


def test_all_faults_are_told_in_one_pass_in_the_order_of_the_file() -> None:
    faults = faults_of("""\
        code = "13.10"
        name = "Kabupaten Darmasraya"
        languages = ["id", "id"]
        [branding]
        primary = "#ffcc00"
        accent = "yellow"
        [contacts]
        emergency = 112
        website = "contoh"
        [[officials]]
        post = "head"
        name = ""
        from = 2020-01-01
        until = 2019-01-01
        [[offices]]
        id = "Dinas PU"
        name = { en = "B" }
        [[districts]]
        code = "13.11.01"
        nama = "A"
    """)

    assert [fault.where.line for fault in faults] == sorted(fault.where.line or 0 for fault in faults)
    assert {(fault.where.line, fault.code) for fault in faults} == {
        (2, "table-disagrees"),
        (3, "language-repeated"),
        (5, "contrast-low"),
        (6, "value-invalid"),
        (8, "value-type"),
        (9, "value-invalid"),
        (12, "value-invalid"),
        (14, "term-reversed"),
        (16, "value-invalid"),
        (17, "text-missing"),
        (17, "language-unlisted"),
        (18, "key-missing"),
        (19, "district-elsewhere"),
        (20, "key-unknown"),
    }


def test_the_logo_must_lie_beside_the_profile(tmp_path: Path) -> None:
    text = 'code = "13.10"\n[branding]\nlogo = "logo.svg"'
    (tmp_path / "profile.toml").write_text(text, "utf-8")

    with pytest.raises(ProfileError) as caught:
        read_profile(tmp_path / "profile.toml")
    assert [(fault.code, fault.where.line) for fault in caught.value.faults] == [("logo-missing", 3)]

    (tmp_path / "logo.svg").write_text("<svg/>", "utf-8")
    assert read_profile(tmp_path).branding.logo == "logo.svg"
    assert faults_of(text) == ()


def test_a_profile_that_is_not_there_or_no_toml_is_a_profile_error(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as missing:
        read_profile(tmp_path)
    (tmp_path / "profile.toml").write_bytes(b"code = \n")
    with pytest.raises(ProfileError) as broken:
        read_profile(tmp_path / "profile.toml")

    assert [fault.code for fault in missing.value.faults] == ["file-missing"]
    assert [(fault.code, fault.where.line) for fault in broken.value.faults] == [("toml-syntax", 1)]


OFFICIALS = """\
code = "13.10"
[[officials]]
post = "head"
name = "Contoh Lama"
from = 2020-01-01
until = 2024-12-31
signs = ["decision"]
[[officials]]
post = "head"
name = "Contoh Pelaksana"
from = 2025-01-01
until = 2025-06-30
acting = "plt"
signs = ["decision"]
[[officials]]
post = "secretary"
name = "Contoh Sekda"
from = 2021-01-01
signs = ["letter"]
"""


def test_head_and_signatory_follow_the_date() -> None:
    profile = profile_of(OFFICIALS)

    heads = {day: profile.head(day) for day in (date(2019, 12, 31), date(2024, 12, 31), date(2025, 1, 1), date(2025, 7, 1))}
    assert [head and head.name for head in heads.values()] == [None, "Contoh Lama", "Contoh Pelaksana", None]
    letter = profile.signatory("letter", date(2026, 1, 1))
    assert letter is not None
    assert letter.name == "Contoh Sekda"
    assert profile.signatory("decision", date(2026, 1, 1)) is None
    assert profile.signatory("nothing", date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 6, 1), []),
        (date(2025, 6, 30), []),
        (date(2025, 7, 1), [("officials[2].until", 12, "Contoh Pelaksana ended on 2025-06-30")]),
        (
            date(2019, 1, 1),
            [
                ("officials[1].from", 5, "Contoh Lama begins on 2020-01-01"),
                ("officials[3].from", 18, "Contoh Sekda begins on 2021-01-01"),
            ],
        ),
    ],
)
def test_an_expired_signatory_is_told_with_the_line_of_the_term(on: date, expected: list[tuple[str, int, str]]) -> None:
    document = document_of(OFFICIALS)
    profile, _ = check_profile(document)
    assert profile is not None

    faults = profile_faults_on(profile, document, on)

    assert [(fault.where.key, fault.where.line) for fault in faults] == [(key, line) for key, line, _ in expected]
    for fault, (_, _, text) in zip(faults, expected, strict=True):
        assert fault.code == "signatory-expired"
        assert text in fault.message
        assert "[[officials]]" in fault.mend


def test_a_vacant_head_is_told_also_when_it_signs_nothing() -> None:
    document = document_of(OFFICIALS.replace('signs = ["decision"]', ""))
    profile, _ = check_profile(document)
    assert profile is not None

    (fault,) = profile_faults_on(profile, document, date(2026, 1, 1))

    assert "nobody heads the region" in fault.message


def test_a_profile_without_officials_has_nobody_to_expire() -> None:
    document = document_of('code = "13.10"')

    assert profile_faults_on(profile_of(document.text), document, date(2026, 1, 1)) == ()


@pytest.mark.parametrize("region", [all_regions()[0], *all_regions()[100:500:100]], ids=str)
def test_the_starter_is_a_valid_profile(region: Region) -> None:
    assert profile_of(starter_profile(region.code)).code == region.code


def test_the_starter_is_valid_with_every_example_in_it_uncommented() -> None:
    lines = starter_profile("13.10").replace('logo = "logo.svg"', "").splitlines()
    table = [line.removeprefix("# ") for line in lines if line.startswith("# [") or " = " in line]
    text = "\n".join(table).replace('email = "…"', 'email = "a@contoh.example"')
    text = text.replace('phone = "+62 …"', 'phone = "+62 0000"').replace('website = "…"', 'website = "https://contoh.example"')

    profile = profile_of(text)

    assert profile.capital == "…"
    assert [len(part) for part in (profile.officials, profile.offices, profile.districts)] == [1, 1, 1]


def test_there_is_no_starter_for_an_unknown_region() -> None:
    with pytest.raises(RegionNotFoundError):
        starter_profile("13.1")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_example_profiles_are_valid_and_say_that_they_are_examples(path: Path) -> None:
    profile = read_profile(path)

    assert profile.code == path.parent.name
    assert profile_faults_on(profile, TomlDocument.read(path), date(2026, 8, 1)) == ()
    assert 6 <= len(profile.offices) <= 12
    assert all("contoh" in official.name.lower() for official in profile.officials)
    assert profile.contacts.emergency == "112"
    assert all((office.email or "").endswith(".contoh.example") for office in profile.offices)
    assert "CONTOH" in (path.parent / (profile.branding.logo or "")).read_text("utf-8")


def test_the_example_profiles_are_unlike_each_other() -> None:
    profiles = [read_profile(path) for path in EXAMPLES]

    assert [profile.code for profile in profiles] == ["13.10", "71.08", "73.71"]
    assert {profile.kind for profile in profiles} == {RegionKind.KABUPATEN, RegionKind.KOTA}
    assert len({frozenset(office.id for office in profile.offices) for profile in profiles}) == 3
    assert len({profile.branding.primary for profile in profiles}) == 3
    assert [len(profile.districts) for profile in profiles] == [11, 6, 15]


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.dates())
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)
keys = st.sampled_from([*sorted(RegionProfile.model_fields), "from", "until", "post", "id"])


@given(st.dictionaries(keys, values | st.lists(st.dictionaries(keys, values, max_size=4), max_size=3), max_size=6))
def test_any_document_gives_a_profile_or_faults_and_never_raises(data: dict[str, object]) -> None:
    profile, faults = check_profile(TomlDocument("profile.toml", "", data))

    assert (profile is None) == bool(faults)

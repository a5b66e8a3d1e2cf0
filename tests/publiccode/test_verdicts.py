"""Files on which a careless checker and the reference parser disagree: each is judged as the reference parser does."""

from __future__ import annotations

import pytest

from smartcity_share.publiccode import check
from smartcity_share.publiccode.vocabulary import words
from tests.publiccode.samples import LONG, SMALLEST


def valid(old: str = "", new: str = "") -> bool:
    """The verdict on the smallest file with one text put in the place of another."""
    assert old in SMALLEST
    return check(SMALLEST.replace(old, new) if old else SMALLEST + new).valid


def codes(old: str, new: str) -> set[str]:
    """The codes of the errors."""
    assert old in SMALLEST
    return {fault.code for fault in check(SMALLEST.replace(old, new)).errors}


def test_the_smallest_file_is_valid_without_a_warning_and_each_line_of_it_is_needed() -> None:
    result = check(SMALLEST)
    assert result.errors == result.warnings == result.notices == ()

    for line in SMALLEST.splitlines(keepends=True):
        assert not valid(line), line


@pytest.mark.parametrize("version", words("versions"))
def test_every_version_is_read_as_the_latest(version: str) -> None:
    result = check(SMALLEST.replace('"0"', f'"{version}"') + "supports: [{id: alias:gdpr}]\nfundedBy: [{uri: urn:a:b}]\n")

    assert result.errors == ()
    assert {fault.code for fault in result.warnings} == (set() if version in ("0", "0.7", "0.7.0") else {"version-outdated"})


@pytest.mark.parametrize("version", ['"0.1"', '"0.6"', '"0.6.0"', '"1"', '"1.0"', '"0.10"', "0", "0.4", "0.7", "true", "[]"])
def test_other_versions_and_versions_that_are_numbers_are_none(version: str) -> None:
    assert not valid('"0"', version)


PASSES: dict[str, tuple[str, str]] = {
    "a version with two dots needs no quotes": ('"0"', "0.5.0"),
    "a name of spaces": ("name: Parks", 'name: "   "'),
    "a name that is a number": ("name: Parks", "name: 123"),
    "a name that is true": ("name: Parks", "name: true"),
    "a version of two digits stays text": ("", "dependsOn: {open: [{name: a, versionMin: 2.10, versionMax: 1}]}\n"),
    "an address of any scheme": ("https://example.org/parks.git", "ssh://git@example.org/parks.git"),
    "no date": ("", "releaseDate: null\n"),
    "a date without quotes": ("", "releaseDate: 2026-01-31\n"),
    "an empty logo": ("", 'logo: ""\n'),
    "a variant of one": ("", "isBasedOn: https://example.org/a.git\n"),
    "a platform of one's own": ("[web]", "[toaster]"),
    "features that say nothing": ("[Register]", '[""]'),
    "Norwegian without quotes": ("[en]", "[no]"),
    "a language in small letters": ("[en]", "[it-it]"),
    "a licence in small letters": ("Apache-2.0", "apache-2.0"),
    "a licence that is deprecated": ("Apache-2.0", "AGPL-3.0"),
    "a licence with plus": ("Apache-2.0", "GPL-2.0+"),
    "an empty list of contacts": ("type: none", "type: internal\n  contacts: []"),
    "a contact that is a team": ("type: none", "type: community\n  contacts: [{name: The team}]"),
    "a contract that has ended": ("type: none", 'type: contract\n  contractors: [{name: A, until: "1999-12-31"}]'),
    "Kosovo": ("", "intendedAudience: {countries: [XK]}\n"),
    "a country that is supported and not": ("", "intendedAudience: {countries: [ID], unsupportedCountries: [ID]}\n"),
    "an anchor": ("[en]", "&languages [en]"),
    "a merge key": ("", "dependsOn: {open: [&a {name: a}, {<<: *a, version: 1}]}\n"),
    "an end of the document": ("", "...\n"),
    "a text in a block": (LONG, f">\n      {LONG}"),
    "150 families": (LONG, "👩‍👩‍👧" * 150),
}

FAILS: dict[str, tuple[str, str, str]] = {
    "an address as git writes it": ("https://example.org/parks.git", "git@example.org:a/parks.git", "url-invalid"),
    "an empty address": ("https://example.org/parks.git", '""', "key-missing"),
    "a single platform": ("[web]", "web", "value-type"),
    "users with facts": ("platforms", "usedBy: [{name: a}]\nplatforms", "value-type"),
    "yes": ("localisationReady: true", "localisationReady: yes", "value-type"),
    "off": ("localisationReady: true", "localisationReady: off", "value-type"),
    "true in quotes": ("localisationReady: true", 'localisationReady: "true"', "value-type"),
    "a language with an underscore": ("[en]", "[en_US]", "language-tag-invalid"),
    "a modifier of glibc": ("[en]", "[ca@valencia]", "language-tag-invalid"),
    "three letters for two": ("  en:", "  eng:", "language-tag-invalid"),
    "a text outside a language": ("  en:", "  features: [a]\n  en:", "language-tag-invalid"),
    "a language without texts": ("  en:", "  id:\n  en:", "key-missing"),
    "an operator in small letters": ("Apache-2.0", "MIT or Apache-2.0", "licence-unknown"),
    "no licence": ("Apache-2.0", "NONE", "licence-unknown"),
    "a licence without a version": ("Apache-2.0", "EUPL", "licence-unknown"),
    "an extension": ("platforms", "x-ours: 1\nplatforms", "key-unknown"),
    "an extension inside": ("  type: none", "  type: none\n  x-ours: 1", "key-unknown"),
    "a key in other letters": ("platforms", "landingUrl: https://example.org\nplatforms", "key-unknown"),
    "an empty list of contractors": ("type: none", "type: none\n  contractors: []", "contractors-unexpected"),
    "an empty e-mail": ("type: none", 'type: internal\n  contacts: [{name: A, email: ""}]', "email-invalid"),
    "no contacts": ("type: none", "type: community", "contacts-missing"),
    "a contract without contractors": ("type: none", "type: contract", "contractors-missing"),
    "a day that is none": ("platforms", 'releaseDate: "2020-02-30"\nplatforms', "date-invalid"),
    "a date with time": ("platforms", "releaseDate: 2020-02-20T00:00:00Z\nplatforms", "date-invalid"),
    "a screenshot named .jpeg": ("[Register]", "[Register]\n    screenshots: [a.jpeg]", "picture-kind"),
    "an alias of other letters": ("platforms", 'supports: [{id: "alias:GDPR"}]\nplatforms', "support-unknown"),
    "a mail address for an organisation": (
        "platforms",
        'organisation: {uri: "mailto:a@b.cd"}\nplatforms',
        "organisation-uri-invalid",
    ),
    "a funder without an address": ("platforms", "fundedBy: [{name: A}]\nplatforms", "key-missing"),
    "149 families": (LONG, "👩‍👩‍👧" * 149, "value-too-short"),
    "the European Union": ("platforms", "intendedAudience: {countries: [EU]}\nplatforms", "country-unknown"),
    "a country of mixed letters": ("platforms", "intendedAudience: {countries: [Id]}\nplatforms", "country-unknown"),
}


@pytest.mark.parametrize("name", list(PASSES))
def test_is_taken(name: str) -> None:
    assert valid(*PASSES[name])


@pytest.mark.parametrize("name", list(FAILS))
def test_is_not_taken(name: str) -> None:
    old, new, code = FAILS[name]

    assert codes(old, new) == {code}


def test_a_byte_order_mark_breaks_a_file_and_line_ends_of_windows_do_not() -> None:
    assert not check("\ufeff" + SMALLEST).valid
    assert check(SMALLEST.replace("\n", "\r\n")).valid
    assert not check(SMALLEST.encode("utf-16")).valid


def test_both_sections_of_italy_are_one_too_many_and_each_alone_is_deprecated() -> None:
    assert not valid("", "IT: {}\nit: {}\n")
    for key in ("IT", "it"):
        result = check(f"{SMALLEST}{key}: {{riuso: {{codiceIPA: c_h501}}}}\n")
        assert result.valid
        assert {fault.code for fault in result.warnings} == {"key-deprecated"}


def test_every_fault_is_told_where_the_reference_parser_stops_at_the_first() -> None:
    broken = SMALLEST.replace("name: Parks", "nam: Parks").replace("  type: none", "  type: sold\n  x: 1")

    assert {fault.where.key for fault in check(broken).errors} == {"nam", "name", "maintenance.type", "maintenance.x"}

"""Each fix mends its fault, leaves every other byte as it was, and finds nothing to do the second time."""

from __future__ import annotations

import pytest

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.manifest.mending.every import mend
from smartcity_share.manifest.read import check
from tests.manifest.mending.conftest import GOOD, Spoil

FIXES = [
    ("key-unknown", 'title = { id = "Taman"', 'titel = { id = "Taman"'),
    ("key-unknown", "[terms]", "[term]"),
    ("key-unknown", "agreement_required", "agreement-required"),
    ("key-unknown", '{ name = "Tim Taman"', '{ nama = "Tim Taman"'),
    ("key-unknown", "[[role]]", "[[roles]]"),
    ("value-not-allowed", '"beta"', '"betta"'),
    ("value-not-allowed", '"environment"', '"enviroment"'),
    ("value-not-allowed", '"perda"', "'Perda'"),
    ("value-type", "required = false", 'required = "False"'),
    ("value-type", "year = 2009", 'year = "2009"'),
    ("value-type", 'number = "25"', "number = 25"),
    ("region-code-unquoted", '"13.10"', "13.10"),
    ("region-fact-unknown", '"offices"', '"office"'),
    ("region-fact-repeated", '"holidays"', '"holidays", "offices"'),
    ("region-fact-unknown", '"holidays"', '"holidays", "wording"'),
    ("need-unstated", "jobs = true", "jobs = false"),
    ("key-missing", "manifest_version = 1\n", ""),
]


def test_the_good_manifest_is_good() -> None:
    assert check(TomlDocument.parse(GOOD.encode(), "m"))[1] == ()
    assert mend(GOOD, "m").text == GOOD


@pytest.mark.parametrize(("code", "good", "bad"), FIXES)
def test_a_fault_is_mended_and_nothing_else_is_touched(spoilt: Spoil, code: str, good: str, bad: str) -> None:
    found = spoilt(good, bad)

    assert {fault.code for fault in found.mended} == {code}
    assert [line for line in found.text.split("\n") if line not in GOOD.split("\n")] in ([], [_quoted(good)])
    assert mend(found.text, "m").mended == ()
    assert check(TomlDocument.parse(found.text.encode(), "m"))[1] == ()


def _quoted(good: str) -> str:
    """The one line that may differ from the good text: it was written in single quotes."""
    return next((line for line in GOOD.split("\n") if good in line), "")


def test_a_text_where_a_list_is_wanted_is_put_between_brackets(spoilt: Spoil) -> None:
    found = spoilt('["trees.plant"]\n\n[[role]]', '"trees.plant" # one\n\n[[role]]')

    assert [fault.code for fault in found.mended] == ["value-type"]
    assert 'permissions = ["trees.plant"] # one\n' in found.text


def test_a_need_is_stated_where_there_is_no_such_table(spoilt: Spoil) -> None:
    found = spoilt("[needs]\njobs = true\n\n", "")

    assert [fault.code for fault in found.mended] == ["need-unstated"]
    assert found.text.endswith("\n\n[needs]\njobs = true\n")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('title = { id = "Taman"', 'titel = "x"\ntitle = { id = "Taman"'),
        ("required = false", 'required = "perhaps"'),
        ('status = "beta"', 'status = "zzz"'),
        ('"13.10"', "1.31e1"),
        ('"holidays"]', '"holidays",\n  "offices", # twice\n]'),
        ('contacts = [\n  { name = "Tim Taman", email = "taman@example.org" }, # the team\n]\n', ""),
        ('subject = "Taman"', 'subject = "Taman"\nurl = "example.org"'),
    ],
    ids=["name taken", "no flag", "nothing near", "not as it is read", "comment would go", "missing", "guess"],
)
def test_what_is_not_certain_is_left_to_the_author(spoilt: Spoil, good: str, bad: str) -> None:
    found = spoilt(good, bad)

    assert found.mended == ()
    assert found.text == GOOD.replace(good, bad)


def test_faults_are_mended_together_and_the_rest_is_left(spoilt: Spoil) -> None:
    bad = GOOD.replace('"beta"', '"betta"').replace('"13.10"', "13.10").replace("[terms]", "[term]").replace("2009", '"x"')
    found = mend(bad, "m")

    assert sorted(fault.code for fault in found.mended) == ["key-unknown", "region-code-unquoted", "value-not-allowed"]
    assert found.text == GOOD.replace("2009", '"x"')


def test_line_ends_of_another_system_are_kept() -> None:
    windows = GOOD.replace("\n", "\r\n")

    assert mend(windows.replace('"beta"', '"betta"').replace("13.10", "13.10"), "m").text == windows
    assert mend(windows.replace("manifest_version = 1\r\n", ""), "m").text.count("\r\n") == windows.count("\r\n")

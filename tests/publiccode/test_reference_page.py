"""The table of fields, rules and tests is what the code says; the project's own file is valid."""

from __future__ import annotations

from pathlib import Path

from scripts.publiccode_reference import ACROSS, PAGE, rows, written
from smartcity_share.publiccode import check_file
from tests.publiccode.test_across import CASES

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_fields_say() -> None:
    page = PAGE.read_text("utf-8")

    assert page == written(page), "run: python scripts/publiccode_reference.py"


def test_every_rule_has_a_test_of_its_own_name() -> None:
    names = [row.test for row in rows()]

    assert len(names) == len(set(names)) > 150
    assert set(CASES) == set(ACROSS)


def test_the_vocabularies_are_as_long_as_the_standard_says() -> None:
    from smartcity_share.publiccode.vocabulary import words

    assert {name: len(set(words(name))) for name in ("categories", "scopes", "aliases", "countries", "areas")} == {
        "categories": 106,
        "scopes": 24,
        "aliases": 9,
        "countries": 250,
        "areas": 31,
    }


def test_the_publiccode_yml_of_this_project_is_valid_without_a_warning() -> None:
    result = check_file(ROOT / "publiccode.yml")

    assert result.errors == ()
    assert result.warnings == ()

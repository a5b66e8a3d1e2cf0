"""The table of fields, rules and tests is what the code says; the project's own file is valid."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from scripts.publiccode_reference import ACROSS, PAGE, rows, written
from smartcity_share.publiccode import check_file
from tests.publiccode.test_across import CASES

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_fields_say() -> None:
    page = PAGE.read_text("utf-8")

    assert page == written(page), "run: python scripts/publiccode_reference.py"


def test_every_rule_of_the_page_has_a_test_that_fires_it_and_one_that_passes() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "tests/publiccode"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    there = {line.partition("::")[2] for line in listed.splitlines()}

    named = re.findall(r"`(test_\w+\[[^`]+\])`", PAGE.read_text("utf-8"))
    names = [row.test for row in rows()]

    assert len(names) == len(set(names)) > 200
    assert set(CASES) == set(ACROSS)
    assert len(named) == 2 * (len(names) + len(ACROSS))
    assert set(named) <= there


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

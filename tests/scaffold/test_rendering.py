"""Whatever an author answers, every file of the project can be read by whoever it is for."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import UsageError
from smartcity_share.manifest.read import read_manifest
from smartcity_share.scaffold.answers import checked_answers
from smartcity_share.scaffold.render import compatible_with, render, templates
from smartcity_share.toolkit.translations import read_catalogue

RUFF = str(Path(sys.executable).with_name("ruff"))
HOSTILE = [
    'A "quoted" title',
    "back\\slash \\n \\u0041",
    "'''\"\"\"",
    "{{ 7 * 7 }} {% raw %}",
    "« name » «% if %»",
    "<script>alert(1)</script>",
    "# comment = 1",
    "Taman 公園 🌳 \u0645",
]


def readable(files: dict[str, str], title: str) -> None:
    """Hold that every file is what it is for, and the title is in it as it was given."""
    for path, text in files.items():
        if path.endswith(".py"):
            ast.parse(text)
        elif path.endswith(".po"):
            read_catalogue(text.encode())
    project = tomllib.loads(files["pyproject.toml"])
    package = project["project"]["entry-points"]["smartcity_share.apps"]["taman"].partition(".")[0]
    manifest = read_manifest(TomlDocument.parse(files[f"src/{package}/smartcity.toml"].encode(), "smartcity.toml"))
    assert manifest.app.title["id"] == title
    assert manifest.app.id == "taman"


@pytest.mark.parametrize("title", HOSTILE)
def test_no_answer_breaks_a_file(title: str) -> None:
    readable(render(checked_answers({"name": "taman", "title_id": title, "agency": title, "contact": title})), title)


printable = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=100)


@given(printable)
def test_any_title_that_is_accepted_is_written_as_it_is(title: str) -> None:
    readable(render(checked_answers({"name": "taman", "title_id": title, "title_en": "Park"})), title)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title_id", "two\nlines"),
        ("title_id", ""),
        ("title_id", "x" * 101),
        ("title_en", "bell \x07"),
        ("email", "nobody"),
        ("email", "a@b.example\nBcc: x"),
        ("region", "99.99"),
        ("region", "../.."),
        ("category", "publik-service"),
        ("agency", "\u0000"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(key: str, value: str) -> None:
    with pytest.raises(UsageError, match=key) as caught:
        checked_answers({"name": "taman", key: value})
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_every_wrong_answer_is_told_at_once() -> None:
    with pytest.raises(UsageError, match=r"email: .*; region: .*; category: "):
        checked_answers({"name": "taman", "email": "x", "region": "x", "category": "x"})


def test_a_title_is_made_of_the_name_where_none_is_given() -> None:
    made = checked_answers({"name": "taman-kota"})

    assert (made.title_id, made.title_en, made.package) == ("Taman Kota", "Taman Kota", "taman_kota")


def test_the_same_answers_give_the_same_files() -> None:
    answers = checked_answers({"name": "taman"})

    assert render(answers) == render(answers)


def test_every_file_of_the_template_becomes_a_file_and_names_no_placeholder() -> None:
    files = render(checked_answers({"name": "taman"}))

    assert len(files) == len(templates()) > 15
    assert [path for path in files if "PACKAGE" in path or Path(path).is_absolute() or ".." in path] == []
    assert [path for path, text in files.items() if "«" in text or "»" in text] == []


@pytest.mark.parametrize(("version", "wanted"), [("0.1.0", ">=0.1,<0.2"), ("0.12.3rc1", ">=0.12,<0.13"), ("2.3.4", ">=2.3,<3")])
def test_the_range_of_versions_is_that_of_the_promise(version: str, wanted: str) -> None:
    assert compatible_with(version) == wanted


@pytest.mark.parametrize("name", ["taman", "alun-alun", "zoo"])
def test_the_code_is_in_the_form_a_linter_wants(tmp_path: Path, name: str) -> None:
    for path, text in render(checked_answers({"name": name})).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    style = ("--isolated", "--no-cache", "--line-length", "128")
    rules = "E,F,W,I,N,UP,B,SIM,ANN,RUF,PTH,D1"
    run = partial(subprocess.run, cwd=tmp_path, capture_output=True, text=True, check=False)
    checked = run([RUFF, "check", *style, "--select", rules, "--ignore", "D103", "."])
    formatted = run([RUFF, "format", *style, "--check", "."])

    assert checked.returncode == 0, checked.stdout
    assert formatted.returncode == 0, formatted.stdout

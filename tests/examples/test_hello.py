"""The hello app is what it is said to be: complete, and under 40 lines of Python."""

from __future__ import annotations

import ast
from pathlib import Path

from smartcity_share.manifest.find import from_project
from smartcity_share.toolkit.translations import read_catalogue

PROJECT = Path(__file__).parents[2] / "examples" / "hello"
PACKAGE = PROJECT / "src" / "smartcity_hello"
MOST_LINES = 40


def _code_lines(path: Path) -> int:
    """Count the lines that are neither blank, nor a comment, nor part of a docstring."""
    text = path.read_text(encoding="utf-8")
    prose: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            first = node.body[0]
            prose |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines = enumerate(text.splitlines(), start=1)
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") and number not in prose for number, line in lines)


def test_the_whole_app_has_less_than_forty_lines_of_python() -> None:
    assert sum(_code_lines(path) for path in PACKAGE.rglob("*.py")) < MOST_LINES


def test_its_manifest_has_no_fault() -> None:
    assert from_project(PROJECT).manifest.app.id == "hello"


def test_every_text_of_its_page_is_translated() -> None:
    from babel.messages.extract import extract_from_file

    template = PACKAGE / "templates" / "book.html"
    wanted = {message for _, message, _, _ in extract_from_file("jinja2", template, options={"trimmed": "true"})}
    catalogue = read_catalogue((PACKAGE / "locale" / "id" / "LC_MESSAGES" / "messages.po").read_bytes())

    assert wanted
    assert {message for message in wanted if catalogue.gettext(str(message)) == message} == set()

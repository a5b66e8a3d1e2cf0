"""The tree holds no unfinished note, no address of a machine or registry, no overgrown or silent module."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

# Written in parts, so that this file does not find itself.
LEFT_OPEN = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", r"raise NotImplemented" + "Error")))
MACHINE_PATH = re.compile(r"(?<![\w.~}/-])/(?:work|root|home/\w+|Users/\w+|opt/pypi)(?:/|\b)")
REGISTRY = re.compile(
    "|".join(("pypi" + r"\.org", r"pythonhosted\.org", r"registry\.npm" + "js", r"(?:extra-)?index-url\s*[=:]?\s*http"))
)
LONGEST = 500


def text_of(path: Path) -> str:
    """The text of a file; nothing for a picture or another binary."""
    raw = path.read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8", errors="replace")


def findings(pattern: re.Pattern[str], root: Path, paths: list[Path]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(text_of(root / path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_nothing_is_left_open_in_the_code(root: Path, sources: dict[Path, ast.Module]) -> None:
    assert findings(LEFT_OPEN, root, list(sources)) == []


def test_no_tracked_file_names_a_path_of_a_machine(root: Path, tracked: tuple[Path, ...]) -> None:
    assert findings(MACHINE_PATH, root, [path for path in tracked if path != Path("tests/meta/test_tidiness.py")]) == []


def test_no_tracked_file_names_an_address_of_a_registry(root: Path, tracked: tuple[Path, ...]) -> None:
    assert findings(REGISTRY, root, [path for path in tracked if path != Path("tests/meta/test_tidiness.py")]) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (LEFT_OPEN, "    # TO" + "DO: later"),
        (LEFT_OPEN, "    raise NotImplemented" + "Error"),
        (MACHINE_PATH, "cd /ro" + "ot/project"),
        (MACHINE_PATH, 'open("/ho' + 'me/budi/x")'),
        (REGISTRY, "--index-" + "url https://mirror.example/simple"),
        (REGISTRY, "see https://py" + "pi.org/project/click"),
    ],
)
def test_the_searches_find_what_they_look_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_no_module_grows_beyond_one_concept(root: Path, sources: dict[Path, ast.Module]) -> None:
    lengths = {path: len((root / path).read_text("utf-8").splitlines()) for path in sources}

    assert {str(path): length for path, length in lengths.items() if length > LONGEST} == {}


def test_modules_stay_small_at_the_median(root: Path, sources: dict[Path, ast.Module]) -> None:
    lengths = sorted(
        length
        for path in sources
        if path.name != "__init__.py" and (length := len((root / path).read_text("utf-8").splitlines()))
    )

    assert lengths[len(lengths) // 2] <= 150

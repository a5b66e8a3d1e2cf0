"""What the tests of the documentation share: the pages, and the commands in their console blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<fence>```+|:::+)(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)\s*$", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    """A command line that a page shows, with what the page says it prints."""

    page: str
    line: int
    text: str
    output: str


def console_commands(page: Path) -> Iterator[Command]:
    """Yield the commands of the ``console`` blocks of a page: lines after ``$ ``, a backslash at the end goes on."""
    text = page.read_text("utf-8")
    for block in FENCE.finditer(text):
        if block["info"].strip() != "console":
            continue
        number = text.count("\n", 0, block.start("body")) + 1
        body = block["body"].replace("\\\n", "")
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield Command(page.relative_to(ROOT).as_posix(), number, re.sub(r"\s+", " ", command).strip(), output)


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def pages() -> tuple[Path, ...]:
    """Every page a reader may copy a command from."""
    documents = (path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)
    return (
        *sorted(documents),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
        *sorted(ROOT.glob("plugins/*/README.md")),
    )


@pytest.fixture(scope="session")
def shown_commands(pages: tuple[Path, ...]) -> tuple[Command, ...]:
    """Every command that a page shows in a console block."""
    return tuple(command for page in pages for command in console_commands(page))

"""Every command and every option is documented, and nothing that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from smartcity_share.cli.main import COMMANDS, main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "command-line.md"


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that runs, by the words a user types."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command, info_name=path)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from commands(inner, f"{path} {name}")


ALL = dict(commands(main, "smartcity"))


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    """Command -> its section of the page."""
    found = {}
    for part in PAGE.read_text("utf-8").split("\n## `")[1:]:
        heading, _, body = part.partition("`\n")
        words = heading.split()
        name = " ".join(word for word in words if re.fullmatch(r"[a-z-]+", word))
        found[name] = body
    return found


def test_every_command_of_the_table_is_there() -> None:
    assert {path.split()[1] for path in ALL} == set(COMMANDS)


def test_every_command_has_a_section_and_no_other_has(sections: dict[str, str]) -> None:
    assert sorted(sections) == sorted(ALL)


@pytest.mark.parametrize("path", sorted(ALL))
def test_every_option_has_a_row_in_its_section_and_no_other_has(sections: dict[str, str], path: str) -> None:
    rows = re.findall(r"^\| (`-[^|]+) \|", sections[path], re.MULTILINE)
    shown = {name for row in rows for name in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", row)}
    options = [option for option in ALL[path].params if isinstance(option, click.Option) and not option.hidden]
    assert shown == {name for option in options for name in (*option.opts, *option.secondary_opts)}


@pytest.mark.parametrize("path", sorted(ALL))
def test_every_command_and_option_explains_itself(path: str) -> None:
    assert ALL[path].help
    assert [option.name for option in ALL[path].params if isinstance(option, click.Option) and not option.help] == []

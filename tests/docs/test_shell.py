"""The shell that types a page's commands: it keeps its folder, tells exit codes, and compares output with what a page shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.shell import Shell, Typed, free_port, missing_lines


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder."""
    with Shell(tmp_path, path="", variables={"GREETING": "selamat"}, seconds=10) as shell:
        yield shell


def test_commands_follow_each_other_in_one_shell(shell: Shell, tmp_path: Path) -> None:
    assert shell.type("mkdir there && cd there") == Typed(0, "")
    assert shell.type("NAME=pagi") == Typed(0, "")
    assert shell.type('echo "$GREETING $NAME"; pwd') == Typed(0, f"selamat pagi\n{tmp_path / 'there'}\n")
    assert shell.type("cat; (exit 3)") == Typed(3, "")


def test_a_command_that_hangs_is_named(tmp_path: Path) -> None:
    with (
        Shell(tmp_path, path="", variables={}, seconds=0.2) as shell,
        pytest.raises(AssertionError, match="sleep 30: not done"),
    ):
        shell.type("sleep 30")


def test_a_server_that_never_answers_is_named_with_what_it_printed(shell: Shell) -> None:
    with pytest.raises(AssertionError, match="it printed:\nport taken"):
        shell.serve("echo port taken", f"http://127.0.0.1:{free_port()}/")


@pytest.mark.parametrize(
    ("expected", "lost"),
    [
        ("one\nthree\n", []),
        ("o…\n…\ntwo   words\n", []),
        ("three\none\n", ["one"]),
        ("four\n", ["four"]),
    ],
)
def test_what_a_page_shows_must_be_printed_in_its_order(expected: str, lost: list[str]) -> None:
    assert missing_lines(expected, "one\n  two words\nthree\n") == lost

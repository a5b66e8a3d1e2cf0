"""Every command line that a page shows exists, with each of its options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Protocol

import click
import pytest

from smartcity_share.cli.main import main


class Shown(Protocol):
    """A command line of a page."""

    page: str
    line: int
    text: str


# Parts of a command line: a subcommand in a sentence of the page, as `smartcity user add`.
INLINE = re.compile(r"`(smartcity [a-z][^`\n]*)`")


def faults_of(words: list[str]) -> list[str]:
    """What is wrong with a ``smartcity`` command line: a command or an option that does not exist."""
    command: click.Command = main
    context = click.Context(main, info_name="smartcity")
    rest = words[1:]
    known = {"--help", "-h", *(name for option in main.params for name in option.opts)}
    while rest and isinstance(command, click.Group):
        word = rest.pop(0)
        if word.startswith("-"):
            if word.split("=")[0] not in known:
                return [f"no option {word}"]
            continue
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            return []  # a placeholder such as COMMAND
        found = command.get_command(context, word)
        if found is None:
            return [f"no command {word!r}"]
        command, context = found, click.Context(found, info_name=word, parent=context)
    if command.allow_extra_args or getattr(command, "context_settings", {}).get("ignore_unknown_options"):
        return []
    known |= {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    return [f"no option {word}" for word in rest if re.match(r"--?[a-zA-Z]", word) and word.split("=")[0] not in known]


def words_of(text: str) -> list[str]:
    """The words of a command line, up to a pipe, a redirection or an ampersand."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("|&;<>"):
            break
        words.append(word)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words.pop(0)
    return words


def test_every_smartcity_command_in_a_console_block_exists(shown_commands: tuple[Shown, ...]) -> None:
    lines = [(shown, words_of(shown.text)) for shown in shown_commands]
    ours = [(shown, words) for shown, words in lines if words and words[0] == "smartcity"]

    assert ours
    assert [f"{shown.page}:{shown.line}: {fault}: {shown.text}" for shown, words in ours for fault in faults_of(words)] == []


def test_every_smartcity_command_in_a_sentence_exists(pages: tuple[Path, ...]) -> None:
    faults = []
    for page in pages:
        for text in INLINE.findall(page.read_text("utf-8")):
            words = re.sub(r"[\[\]…]|\.\.\.", " ", text).split()
            faults += [f"{page.name}: {fault}: {text}" for fault in faults_of(words)]

    assert faults == []


def test_every_dev_command_that_is_shown_exists(pages: tuple[Path, ...], root: Path) -> None:
    known = set(re.findall(r'^    "([a-z]+)": \1,$', (root / "dev").read_text("utf-8"), re.MULTILINE))
    shown = {name for page in pages for name in re.findall(r"\./dev ([a-z]+)", page.read_text("utf-8"))}

    assert {"demo", "test"} <= known
    assert shown - known == set()


@pytest.mark.parametrize("text", ["smartcity isntall x", "smartcity --nothing status", "smartcity status --nothing"])
def test_a_command_that_does_not_exist_is_found(text: str) -> None:
    assert faults_of(words_of(text))


def test_links_between_pages_lead_somewhere(pages: tuple[Path, ...], root: Path) -> None:
    """Sphinx checks the pages below docs/; this checks those that GitHub shows as well."""
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", page.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:")
    ]

    assert links
    assert [f"{page.relative_to(root)}: {target}" for page, target in links if not (page.parent / target).exists()] == []

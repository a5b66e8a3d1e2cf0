"""``smartcity app`` reaches the commands of one app, with its installation, and imports and exports its data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.factory import HELLO, AppFactory
from tests.cli.conftest import Cli

COMMANDS = (
    HELLO
    + '''

import click


@click.command()
@click.argument("name")
@click.option("--loud", is_flag=True)
@click.pass_obj
def greet(installation, name, loud):
    """Greet somebody in the name of the region."""
    words = f"{installation.id} greets {name}"
    click.echo(words.upper() if loud else words)


@click.command()
def fail():
    """Fail on purpose."""
    raise RuntimeError("on purpose")


@hookimpl
def commands():
    return [greet, fail]
'''
)


@pytest.fixture
def greeter(cli: Cli, served: Path, app_factory: AppFactory) -> Path:
    """The instance with an app that has commands."""
    assert cli("install", "--from", app_factory.wheel("greeter", plugin=COMMANDS), "--region", "71.08").code == 0
    return served


WORDS = ("app", "--region", "71.08")


def test_a_command_of_the_app_gets_its_installation_and_options(cli: Cli, greeter: Path) -> None:
    ran = cli(*WORDS, "greeter", "greet", "Ani", "--loud")
    assert (ran.code, ran.out) == (0, "71.08/GREETER GREETS ANI\n")
    assert greeter.is_dir()


def test_the_commands_are_listed(cli: Cli, greeter: Path) -> None:
    out = cli(*WORDS, "greeter").out
    assert "greet   Greet somebody in the name of the region." in out
    assert "import  " in out
    assert greeter.is_dir()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("greeter", "gret"), 2, "Did you mean `greet`?"),
        (("greeter", "greet"), 2, "Missing argument 'NAME'"),
        (("greeter", "import"), 2, "takes one folder"),
        (("greeter", "import", "/absent"), 1, "There is no folder /absent"),
        (("greeter", "import", "."), 2, "imports nothing"),
        (("zoo", "greet"), 1, "not installed"),
        (("greeter", "fail"), 1, "RuntimeError: on purpose"),
    ],
)
def test_what_cannot_be_is_told(cli: Cli, greeter: Path, words: tuple[str, ...], code: int, told: str) -> None:
    ran = cli(*WORDS, *words)
    assert ran.code == code
    assert told in ran.err
    assert greeter.is_dir()


def test_what_is_exported_can_be_imported(cli: Cli, installed: Path, tmp_path: Path) -> None:
    assert cli(*WORDS, "parks", "export", tmp_path / "out").code == 0
    assert (tmp_path / "out" / "export.json").is_file()
    ran = cli(*WORDS, "parks", "import", tmp_path / "out")
    assert (ran.code, "Imported" in ran.out) == (0, True)
    again = cli(*WORDS, "parks", "export", tmp_path / "out")
    assert (again.code, "is not an empty folder" in again.err) == (1, True)
    assert installed.is_dir()

"""The options every command on an instance shares: which instance, which region."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from smartcity_share.errors import RegionNotFoundError, UsageError

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Actor
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.steps.base import Step

_Command = TypeVar("_Command", bound=Callable[..., Any])

_LISTED = 5


def instance_option(command: _Command) -> _Command:
    """Add ``--instance``; the command gets it as ``folder``."""
    return click.option(
        "--instance",
        "-i",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="SMARTCITY_INSTANCE",
        default=".",
        help="Folder of the instance; SMARTCITY_INSTANCE or the current folder where left out.",
    )(command)


def region_option(command: _Command) -> _Command:
    """Add ``--region``."""
    return click.option(
        "--region", "-r", metavar="CODE", help="Code or name of the region; may be left out where the instance serves one."
    )(command)


def only_region_option(command: _Command) -> _Command:
    """Add ``--region`` to a command that looks at all regions without it."""
    return click.option("--region", "-r", metavar="CODE", help="Only this region, by code or name; all if not given.")(command)


def json_option(command: _Command) -> _Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def basis_options(command: _Command) -> _Command:
    """Add ``--basis`` and ``--by``: on what order, and by whom."""
    basis = click.option("--basis", default="", metavar="TEXT", help="The order or decree it rests on; kept with every value.")
    by = click.option("--by", metavar="NAME", help="Who acts; the account of this machine where left out.")
    return basis(by(command))


def plan_options(shown: str = "Show what would be done; change nothing.") -> Callable[[_Command], _Command]:
    """Add ``--plan``, which the command gets as ``plan_only``, and ``--yes``.

    Args:
        shown: What ``--plan`` does, in a line of help.
    """

    def added(command: _Command) -> _Command:
        plan = click.option("--plan", "plan_only", is_flag=True, help=shown)
        return plan(click.option("--yes", "-y", is_flag=True, help="Ask nothing.")(command))

    return added


def wheels_option(what: str) -> Callable[[_Command], _Command]:
    """Add ``--wheels``; the command gets the folders as ``wheels``.

    Args:
        what: What they hold, in a line of help.
    """
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.option("--wheels", "wheels", multiple=True, type=folder, metavar="DIR", help=what)


OF_AN_APP = "Folder with wheels of packages the app needs; repeat it. The folder of its own wheel is one of them."
"""What ``--wheels`` holds for a command that brings an app."""


def identity_option(what: str) -> Callable[[_Command], _Command]:
    """Add ``--identity``: the private key to an encrypted backup.

    Args:
        what: When it is needed, in a line of help.
    """
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--identity", type=file, metavar="KEYFILE", help=what)


def opened_instance(folder: Path, *, check_config: bool = True) -> Instance:
    """Open the instance of a command.

    Args:
        folder: What ``--instance`` gave.
        check_config: Whether every value of ``instance.toml`` is checked now, or when one is first asked for.
    """
    from smartcity_share.install.instance import Instance

    return Instance.open(folder, check_config=check_config)


def chosen_region(instance: Instance, text: str | None) -> str:
    """Return the region a command is about.

    Args:
        instance: The instance.
        text: What ``--region`` gave: a code, a name, or nothing.

    Raises:
        UsageError: Nothing, and the instance serves several.
        RegionNotFoundError: No region, or one the instance does not serve.
        RegionAmbiguousError: Several regions answer to the name.
    """
    codes = instance.region_codes
    if text is None:
        if len(codes) == 1:
            return codes[0]
        listed = ", ".join(codes[:_LISTED]) + (" …" if len(codes) > _LISTED else "")
        raise UsageError("This instance serves several regions", hint=f"Name one with `--region CODE`: {listed}.")
    if text in codes:
        return text
    from smartcity_share.regions.table import resolve

    code = resolve(text).code
    if code not in codes:
        raise RegionNotFoundError(
            f"This instance does not serve region {code}",
            hint=f"Served: {', '.join(codes) or 'none'}. Add it with `smartcity region add {code}`.",
        )
    return code


def chosen_actor(by: str | None) -> Actor:
    """Return who acts.

    Args:
        by: What ``--by`` gave.
    """
    from smartcity_share.install.actors import local_actor

    return local_actor(by)


def show_step(place: int, count: int, step: Step) -> None:
    """Tell that a step begins, where somebody watches."""
    if sys.stderr.isatty():
        click.echo(f"  {place:>2}/{count} {step.describe()}", err=True)


def is_terminal() -> bool:
    """Whether somebody sits at both ends, so that questions can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()

"""The ``smartcity`` command: a static table of commands, so that ``--help`` imports none of them.

Heavy modules are imported by the command that needs them, when it runs (``tests/cli/test_cold_start.py`` holds it).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from smartcity_share._version import __version__
from smartcity_share.cli.render import as_shown, report_error

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("demo:demo", "Run the whole journey on this machine, then serve it."),
    "region": ("region:region", "Find regions and show what is known of one; let an instance serve another."),
    "new": ("new:new", "Begin an app, or bring one up to date with its template."),
    "manifest": ("manifest:manifest", "Check a manifest; print its JSON Schema."),
    "publiccode": ("publiccode:publiccode", "Check a publiccode.yml; make a manifest of one, or one of an app."),
    "build": ("build:build", "Build the wheel of an app."),
    "catalogue": ("catalogue:catalogue", "Begin a catalogue, list releases in it, publish it, check it."),
    "init": ("init:init", "Make an instance for a region."),
    "install": ("install:install", "Install an app in a region."),
    "configure": ("configure:configure", "Change the settings of an installed app."),
    "override": ("override:override", "Change templates, texts and files of an app beside the app."),
    "upgrade": ("upgrade:upgrade", "Bring an installed app to another version."),
    "rollback": ("rollback:rollback", "Put the version before an upgrade back, code and data."),
    "status": ("status:status", "Show what is installed where."),
    "history": ("history:history", "Show what was done, when, by whom and on what basis."),
    "resume": ("resume:resume", "Finish or undo what a crash left."),
    "doctor": ("doctor:doctor", "Look for faults and say how to mend them."),
    "backup": ("backup:backup", "Back up an app in a region, or everything, to one file; prove a backup."),
    "restore": ("restore:restore", "Restore what a backup holds, here or into another instance."),
    "rollout": ("rollout:rollout", "Bring an app to a new version in many regions, in waves."),
    "remove": ("remove:remove", "Remove an app from a region, its data exported first; erase them."),
    "app": ("app:app", "Run a command of an installed app, import or export its data."),
    "user": ("user:user", "Add, list and change the accounts of officials."),
    "serve": ("serve:serve", "Serve the regions of an instance."),
    "worker": ("worker:worker", "Run the scheduled jobs of an instance, beside any number of other workers."),
}
"""Name -> (module:attribute under ``cli.commands``, one line of help)."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they run, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the static table, in its order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one command; None for a name that is not in the table."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"smartcity_share.cli.commands.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands from the table, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve the first word, with "did you mean" where it is no command."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from smartcity_share.documents.suggest import did_you_mean

            near = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"{error.message} {near}".strip(), ctx) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="smartcity")
def main(debug: bool) -> None:
    """Share smart-city apps between regional governments."""


def execute(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code: 0 done, 1 refused or findings, 2 wrong usage."""
    as_json = "--json" in arguments
    debug = "--debug" in arguments[:1]
    try:
        result = main.main(args=list(arguments), prog_name="smartcity", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        click.echo("Stopped; nothing more was changed.", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Exception as error:  # the outermost border: a user never sees a traceback unless asked for
        if debug:
            raise
        shown = as_shown(error)
        report_error(shown, as_json=as_json)
        return shown.exit_code
    return result if isinstance(result, int) else 0


def run() -> None:
    """Entry point of the ``smartcity`` script."""
    sys.exit(execute(sys.argv[1:]))

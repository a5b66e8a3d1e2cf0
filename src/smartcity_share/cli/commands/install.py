"""``smartcity install``: make an app the region's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from smartcity_share.cli.instance_option import (
    basis_options,
    chosen_actor,
    chosen_region,
    instance_option,
    is_terminal,
    json_option,
    opened_instance,
    plan_options,
    region_option,
    show_step,
)
from smartcity_share.cli.render import print_json
from smartcity_share.cli.show_plan import show_outcome, show_plan
from smartcity_share.cli.source_option import given_source, source_options

if TYPE_CHECKING:
    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.answers import Answers
    from smartcity_share.install.installing import PreparedInstall

_Command = TypeVar("_Command", bound=Callable[..., Any])


def answer_options(command: _Command) -> _Command:
    """Add the options that give values to settings, and those that say how to go about it."""
    options = (
        click.option("--set", "options", multiple=True, metavar="KEY=VALUE", help="Give a setting a value; repeat it."),
        click.option(
            "--answers", "file", type=click.Path(path_type=Path), metavar="FILE", help="TOML file with values for the settings."
        ),
        click.option("--wizard", is_flag=True, help="Ask for every setting, not only for the required ones."),
        plan_options(),
    )
    for option in reversed(options):
        command = option(command)
    return command


def given_answers(model: type[Settings] | None, file: Path | None, options: tuple[str, ...]) -> Answers:
    """Return the answers of a command: the file, then secrets of the environment, then ``--set``."""
    import os

    from smartcity_share.hooks.settings import is_secret
    from smartcity_share.install.answers import (
        NO_ANSWERS,
        answers_from_environment,
        answers_from_file,
        answers_from_options,
    )

    secrets = [] if model is None else [key for key, field in model.model_fields.items() if is_secret(field)]
    from_file = NO_ANSWERS if file is None else answers_from_file(file)
    return from_file + answers_from_environment(os.environ, secrets) + answers_from_options(options)


@click.command()
@click.argument("app", required=False)
@source_options()
@answer_options
@basis_options
@region_option
@instance_option
@json_option
def install(  # noqa: PLR0917 - click hands every option over by name
    app: str | None,
    source: str | None,
    trust: Path | None,
    origin: str | None,
    wheels: tuple[Path, ...],
    options: tuple[str, ...],
    file: Path | None,
    wizard: bool,
    plan_only: bool,
    yes: bool,
    basis: str,
    by: str | None,
    region: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Install APP in a region: from a wheel, project folder or catalogue with --from, else from what pip installed here.

    APP may be left out with a wheel or folder, and may carry a version: APP==1.2.0. From a catalogue the newest that fits is
    taken, once it is verified that its origin signed it and that nobody revoked it.

    On a terminal the settings without a value are asked for; elsewhere a missing one is a fault. Secrets may come from
    SMARTCITY_SECRET_<KEY>.

    Packages the app needs beyond those of smartcity itself go into an environment of the instance, from wheels; a package
    index is only asked where instance.toml allows one.
    """
    from contextlib import closing

    from smartcity_share.install.installing import prepared_install

    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region)
        with (
            given_source(instance, source, trust, origin) as chosen,
            prepared_install(instance, code, app, chosen, wheels=wheels) as prepared,
        ):
            answers = given_answers(prepared.model, file, options)
            if prepared.model is not None and not (yes or plan_only or as_json) and is_terminal():
                answers = _asked(prepared, answers, everything=wizard)
            plan = prepared.plan(answers)
            plan.require_possible()
            if plan_only:
                print_json(plan.as_json()) if as_json else show_plan(plan)
                return
            if not (yes or as_json) and is_terminal():
                show_plan(plan)
                click.confirm("Go on?", default=True, abort=True)
            outcome = prepared.apply(plan, chosen_actor(by), basis=basis, watch=show_step)
        sentence = f"Installed {plan.app} {plan.version} in {code} {instance.profile(code).name}"
        show_outcome(outcome, sentence, as_json=as_json, next_command="smartcity serve")


def _asked(prepared: PreparedInstall, answers: Answers, *, everything: bool) -> Answers:
    from smartcity_share.cli.wizard import ask

    if prepared.model is None:
        return answers
    given = dict.fromkeys(prepared.given)
    return ask(prepared.model, answers, given, lambda tried: prepared.plan(tried).setting_faults, everything=everything)

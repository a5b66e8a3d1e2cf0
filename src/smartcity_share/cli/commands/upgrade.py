"""``smartcity upgrade``: bring an installed app to another version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.commands.install import answer_options, given_answers
from smartcity_share.cli.instance_option import (
    basis_options,
    chosen_actor,
    chosen_region,
    instance_option,
    is_terminal,
    json_option,
    opened_instance,
    region_option,
    show_step,
)
from smartcity_share.cli.render import print_json
from smartcity_share.cli.show_plan import show_outcome, show_plan
from smartcity_share.cli.source_option import given_source, source_options

if TYPE_CHECKING:
    from smartcity_share.install.answers import Answers
    from smartcity_share.install.upgrading import Choices, PreparedUpgrade


@click.command()
@click.argument("app")
@source_options()
@click.option("--ours", multiple=True, metavar="KEY", help="Keep what the region made of this place; `all` for every one.")
@click.option("--theirs", multiple=True, metavar="KEY", help="Take this place as the new version has it; `all` for every one.")
@answer_options
@basis_options
@region_option
@instance_option
@json_option
def upgrade(  # noqa: PLR0917 - click hands every option over by name
    app: str,
    source: str | None,
    trust: Path | None,
    origin: str | None,
    wheels: tuple[Path, ...],
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
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
    """Upgrade APP in a region: from a wheel, project folder or catalogue with --from, else to what pip installed here.

    What the new version changes is shown first. Data, files, settings and overrides are kept before anything is touched, and
    come back as one, with the old code, if a step fails or the new version says that it does not work.
    """
    from contextlib import closing

    from smartcity_share.install.upgrading import prepared_upgrade

    choices = _choices(ours, theirs)
    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region)
        with (
            given_source(instance, source, trust, origin) as chosen,
            prepared_upgrade(instance, code, app, chosen, wheels=wheels) as prepared,
        ):
            answers = given_answers(prepared.model, file, options)
            if prepared.model is not None and not (yes or plan_only or as_json) and is_terminal():
                answers = _asked(prepared, answers, choices, everything=wizard)
            plan = prepared.plan(answers, choices)
            if plan_only and not as_json:
                show_plan(plan)  # also one that cannot work: what the version changes, then every reason
            plan.require_possible()
            if plan_only:
                if as_json:
                    print_json(plan.as_json())
                return
            if plan.steps and not (yes or as_json) and is_terminal():
                show_plan(plan)
                click.confirm("Go on?", default=True, abort=True)
            outcome = prepared.apply(plan, chosen_actor(by), basis=basis, watch=show_step)
        if outcome.operation is None:
            show_outcome(outcome, f"{plan.app} in {code} is at {plan.version} already", as_json=as_json)
            return
        sentence = f"Upgraded {plan.app} in {code} {instance.profile(code).name} from {plan.from_version} to {plan.version}"
        show_outcome(outcome, sentence, as_json=as_json, next_command=f"smartcity rollback {plan.app} --region {code}")


def _choices(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Choices:
    from smartcity_share.errors import UsageError
    from smartcity_share.install.overrides.merging import Choice

    both = sorted({*ours} & {*theirs})
    if both:
        raise UsageError(f"`{both[0][:80]}` is asked for both ways", hint="Name it with --ours or with --theirs.")
    return dict.fromkeys(ours, Choice.OURS) | dict.fromkeys(theirs, Choice.THEIRS)


def _asked(prepared: PreparedUpgrade, answers: Answers, choices: Choices, *, everything: bool) -> Answers:
    from smartcity_share.cli.wizard import ask

    if prepared.model is None:
        return answers
    given = {key: value.value for key, value in prepared.migrated.stored.items()}
    return ask(
        prepared.model, answers, given, lambda tried: prepared.plan(tried, choices).setting_faults, everything=everything
    )

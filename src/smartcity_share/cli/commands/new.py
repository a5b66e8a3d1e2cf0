"""``smartcity new``: begin an app, or bring in what a newer template does better."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.render import print_json
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.scaffold.updating import Change

QUESTIONS = {
    "title_id": "What citizens call it, in Indonesian",
    "title_en": "The same in English",
    "agency": "The agency it comes from",
    "contact": "The person or team that answers for it",
    "email": "Their e-mail address",
}


@click.command()
@click.argument("name", required=False)
@click.option("--title", "title_id", metavar="TEXT", help="What citizens call it, in Indonesian.")
@click.option("--title-en", metavar="TEXT", help="The same in English.")
@click.option("--agency", metavar="TEXT", help="The agency it comes from.")
@click.option("--contact", metavar="TEXT", help="The person or team that answers for it.")
@click.option("--email", metavar="ADDRESS", help="Their e-mail address.")
@click.option("--region", metavar="CODE", help="The region it comes from, by code.")
@click.option("--category", metavar="WORD", help="A category of the manifest; public-service where left out.")
@click.option("--into", type=click.Path(path_type=Path), default=".", help="The folder the project is made in.")
@click.option("--yes", is_flag=True, help="Ask nothing; what is not given has a value that you replace later.")
@click.option("--update", is_flag=True, help="Bring a project up to date: NAME is its folder, the current one where left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def new(name: str | None, into: Path, yes: bool, update: bool, as_json: bool, **given: str | None) -> int:
    """Begin an app: a project in a folder NAME that works, passes its own tests and can be built.

    NAME is the id of the app: small letters, digits and hyphens. On a terminal the rest is asked for.

    With --update, what the template of this version does better is merged into a project made before. Your edits are kept;
    where both changed the same lines, both are in the file between marks, and the exit code is 1.
    """
    if update:
        return _update(Path(name or "."), given, as_json=as_json)
    if name is None:
        raise UsageError("No name is given", hint="Name the app: `smartcity new taman`.")
    from smartcity_share.scaffold.project import begin, check_beginning

    check_beginning(name, into)
    values: dict[str, Any] = {"name": name, **given}
    if sys.stdin.isatty() and not yes and not as_json:
        values = _asked(values)
    from smartcity_share.scaffold.answers import PLACEHOLDERS, checked_answers

    folder = begin(checked_answers(values), into)
    open_answers = [key for key in PLACEHOLDERS if values.get(key) is None]
    if as_json:
        print_json({"folder": str(folder), "app": name, "placeholders": open_answers})
        return 0
    click.echo(click.style(f"Made the app `{name}` in {folder}", fg="green"))
    if open_answers:
        click.echo(f"Replace in its smartcity.toml and pyproject.toml: {', '.join(open_answers)}.", err=True)
    click.echo(f"Next: cd {folder} && python -m pytest")
    return 0


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    """Ask for what is not given; each question has an answer that pressing Enter takes."""
    from smartcity_share.scaffold.answers import Answers, checked_answers

    for key, question in QUESTIONS.items():
        if values.get(key) is not None:
            continue
        first = checked_answers(values)
        default = getattr(first, key)
        while values.get(key) is None:
            text = click.prompt(question, default=default, type=str, err=True)
            try:
                checked_answers({**values, key: text})
            except UsageError as error:
                click.echo(click.style(f"  {error.message}", fg="red"), err=True)
            else:
                # What is taken as it stands is still a placeholder.
                values = {**values, key: text if text != Answers.model_fields[key].default else None}
                break
    return values


def _update(project: Path, given: dict[str, str | None], *, as_json: bool) -> int:
    from smartcity_share.scaffold.project import update
    from smartcity_share.scaffold.updating import Fate

    found = update(project, given)
    conflicts = [change for change in found if change.fate is Fate.CONFLICT]
    if as_json:
        print_json({"folder": str(project), "changes": [_as_object(change) for change in found]})
        return 1 if conflicts else 0
    for change in found:
        click.echo(f"{change.fate:<15} {change.path}")
    if not found:
        click.echo("Nothing to do: the project is up to date.")
    for change in conflicts:
        places = "one place" if change.conflicts == 1 else f"{change.conflicts} places"
        click.echo(f"Decide in {project / change.path}: {places} between `<<<<<<<` and `>>>>>>>`.", err=True)
    return 1 if conflicts else 0


def _as_object(change: Change) -> dict[str, Any]:
    return {"path": change.path, "fate": str(change.fate), "conflicts": change.conflicts}

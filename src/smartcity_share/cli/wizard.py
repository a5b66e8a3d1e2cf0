"""Asking for settings on a terminal, one by one, each until its value is accepted.

What is asked goes to standard error, so that standard output holds the result alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from smartcity_share.errors import Fault
    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.answers import Answers

LANGUAGE: Final = "en"
"""Language of the titles and helps; what is not in it is shown in the language there is."""


def ask(
    model: type[Settings],
    answers: Answers,
    given: Mapping[str, Any],
    judge: Callable[[Answers], Sequence[Fault]],
    *,
    everything: bool,
) -> Answers:
    """Ask for settings.

    Args:
        model: The settings.
        answers: What is answered already; it is not asked again.
        given: Key -> the value that holds now; of a secret only that there is one.
        judge: Returns what is wrong with answers.
        everything: Ask for every setting, not only for the required ones without a value.

    Returns:
        The answers, the new ones last.
    """
    for key, field in model.model_fields.items():
        if key in answers.keys or not (everything or (field.is_required() and key not in given)):
            continue
        answers = _asked(model, key, answers, given, judge)
    return answers


def _asked(
    model: type[Settings],
    key: str,
    answers: Answers,
    given: Mapping[str, Any],
    judge: Callable[[Answers], Sequence[Fault]],
) -> Answers:
    from smartcity_share.errors import Location
    from smartcity_share.hooks.settings import is_secret
    from smartcity_share.install.answers import Answer, Answers

    field = model.model_fields[key]
    secret = is_secret(field)
    _introduce(model, key)
    default = _default(model, key, given)
    while True:
        text = click.prompt(
            f"  {key}",
            default=default,
            hide_input=secret,
            show_default=bool(default) and not secret,
            type=str,
            err=True,
        )
        if text == default and not (field.is_required() and key not in given):
            return answers
        more = answers + Answers((Answer((key,), text, Location("answer", key=key), is_text=True),))
        faults = [fault for fault in judge(more) if (fault.where.key or "").split(".")[0].split("[")[0] == key]
        if not faults:
            return more
        for fault in faults:
            click.echo(click.style(f"  {fault.message}. {fault.mend}", fg="red"), err=True)


def _introduce(model: type[Settings], key: str) -> None:
    from smartcity_share.hooks.settings import declared
    from smartcity_share.toolkit.forms import help_of, title_of

    field = model.model_fields[key]
    shared = " (shared by the apps of the region)" if declared(field)["scope"] == "region" else ""
    click.echo(click.style(title_of(key, field, LANGUAGE), bold=True) + shared, err=True)
    if told := help_of(field, LANGUAGE):
        click.echo(f"  {told}", err=True)
    if field.examples:
        click.echo(f"  Example: {_text(field.examples[0])}", err=True)


def _default(model: type[Settings], key: str, given: Mapping[str, Any]) -> str | None:
    """Return the text that stands for pressing Enter; None where an answer is needed."""
    from smartcity_share.hooks.settings import is_secret
    from smartcity_share.install.settings_change import default_as_json

    field = model.model_fields[key]
    if is_secret(field):
        return None if field.is_required() and key not in given else ""
    if key in given:
        return _text(given[key])
    return None if field.is_required() else _text(default_as_json(model, key))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""What is wrong with the hooks an app marked, told before they are registered: all of it, in words of the contract."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

import pluggy

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Location
from smartcity_share.hooks.contract import hook_arguments
from smartcity_share.hooks.markers import HOST_API


class HookProblem(NamedTuple):
    """One thing that is wrong with a hook of an app.

    Attributes:
        message: What was found and what was wanted.
        mend: What its maker changes.
        where: Module and line of the function, where it has one.
    """

    message: str
    mend: str
    where: Location | None


def hook_problems(manager: pluggy.PluginManager, plugin: object) -> list[HookProblem]:
    """Return every problem of the hooks a plugin marked, in the order of their names.

    Args:
        manager: A manager of this project; it says what is marked.
        plugin: The module or object the entry point names.
    """
    problems: list[HookProblem] = []
    marked = 0
    for name in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is not None:
            marked += 1
            function = getattr(plugin, name)
            hook = options.get("specname") or name
            if hook in hook_arguments() or not options.get("optionalhook"):
                problems.extend(_problems(hook, function, options))
    return problems if marked else [_nothing_marked(plugin)]


def _problems(hook: str, function: Any, options: Any) -> Iterator[HookProblem]:
    where = _place(function)
    known = hook_arguments().get(hook)
    if known is None:
        near = did_you_mean(hook, hook_arguments())
        yield HookProblem(f"`{hook}` is no hook of host API {HOST_API}.", near or f"Remove `{hook}`, or its mark.", where)
        return
    if options.get("wrapper") or options.get("hookwrapper"):
        yield HookProblem(
            f"hook `{hook}` is a wrapper; every app is called alone, so there is nothing to wrap.",
            f"Make `{hook}` a plain function.",
            where,
        )
        return
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        yield HookProblem(
            f"hook `{hook}` is async; the hooks of host API {HOST_API} are plain functions.",
            f"Write `def {hook}`; hooks that may wait are called in a worker thread.",
            where,
        )
    for argument in inspect.signature(function).parameters.values():
        if argument.name not in known and argument.default is argument.empty:
            yield _unknown_argument(hook, argument, known, where)


def _unknown_argument(hook: str, argument: inspect.Parameter, known: tuple[str, ...], where: Location | None) -> HookProblem:
    has = f"it has {', '.join(f'`{name}`' for name in known)}" if known else "it has none"
    stars = "*" * (argument.kind is argument.VAR_POSITIONAL) + "**" * (argument.kind is argument.VAR_KEYWORD)
    shown = stars + argument.name
    if argument.name == "self":
        mend = "Name an instance of the class in the entry point, not the class."
    else:
        mend = did_you_mean(argument.name, known) or f"Remove `{shown}` from `{hook}`."
    return HookProblem(f"hook `{hook}` takes no argument `{shown}` in host API {HOST_API}; {has}.", mend, where)


def _nothing_marked(plugin: object) -> HookProblem:
    module = getattr(plugin, "__name__", type(plugin).__name__)
    plain = [
        name
        for name in hook_arguments()
        if inspect.isfunction(found := getattr(plugin, name, None)) and found.__module__ == module
    ]
    if plain:
        names = ", ".join(f"`{name}`" for name in plain)
        return HookProblem(
            f"`{module}` marks no hook; {names} has the name of one.", "Put @smartcity_share.hookimpl above it.", None
        )
    return HookProblem(f"`{module}` marks no hook.", "Mark at least one function with @smartcity_share.hookimpl.", None)


def _place(function: Any) -> Location | None:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return None if code is None else Location(function.__module__, code.co_firstlineno)

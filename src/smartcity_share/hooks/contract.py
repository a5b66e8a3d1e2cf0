"""The contract as data: the name of every hook of the host API with its arguments, drawn from the specifications."""

from __future__ import annotations

import inspect
from functools import cache

import pluggy

from smartcity_share.hooks import spec
from smartcity_share.hooks.markers import PROJECT


@cache
def hook_arguments() -> dict[str, tuple[str, ...]]:
    """Return the argument names of every hook, hooks in the order of an app's life."""
    return {
        name: tuple(inspect.signature(found).parameters)
        for name, found in vars(spec).items()
        if inspect.isfunction(found) and found.__module__ == spec.__name__
    }


def new_manager() -> pluggy.PluginManager:
    """Return a manager that knows the specifications and no app."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(spec)
    return manager

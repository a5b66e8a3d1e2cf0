"""``SMARTCITY_TRACE_HOOKS=1``: each hook call on standard error, for authors who look for what is called when."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.region_facts import RegionFacts

VARIABLE: Final = "SMARTCITY_TRACE_HOOKS"


class HookTrace:
    """Prints calls of hooks, or does nothing. Values of settings and of messages are never printed.

    Args:
        on: Whether to print; what the environment variable says if None.
    """

    def __init__(self, on: bool | None = None) -> None:
        self._on = os.environ.get(VARIABLE) == "1" if on is None else on

    @contextmanager
    def call(self, app_id: str, hook: str, arguments: Mapping[str, object]) -> Iterator[None]:
        """Print one call when it ends: arguments, outcome, milliseconds."""
        if not self._on:
            yield
            return
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in arguments.items())
        outcome = "ok"
        start = time.perf_counter()
        try:
            yield
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            elapsed = (time.perf_counter() - start) * 1000
            print(f"hook {app_id}.{hook}({shown}): {outcome}, {elapsed:.1f} ms", file=sys.stderr)  # noqa: T201 - its purpose


def _shown(value: object) -> str:
    if isinstance(value, Installation):
        return value.id
    if isinstance(value, RegionFacts):
        return value.code
    return type(value).__name__

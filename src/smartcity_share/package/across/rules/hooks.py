"""Rule: what the manifest declares has a hook that gives it, and a hook that gives something is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from smartcity_share.errors import Fault
from smartcity_share.manifest.model import Manifest
from smartcity_share.package.across.base import Parts


class _Pair(NamedTuple):
    """A hook, the key it goes with, and how many of it a manifest declares."""

    name: str
    key: tuple[str, ...]
    count: Callable[[Manifest], int]
    shown: str


_PAIRS: Final = (
    _Pair("check_readiness", ("requirement",), lambda told: sum(one.check == "probe" for one in told.requirements), "`probe`"),
    _Pair("database_schema", ("needs", "database"), lambda told: int(told.needs.database), "`needs.database`"),
    _Pair("asgi_app", ("page",), lambda told: len(told.pages), "`[[page]]`"),
    _Pair("jobs", ("job",), lambda told: len(told.jobs), "`[[job]]`"),
    _Pair("indicators", ("indicator",), lambda told: len(told.indicators), "`[[indicator]]`"),
    _Pair("datasets", ("dataset",), lambda told: len(told.datasets), "`[[dataset]]`"),
    _Pair("deliver_message", ("app", "provides"), lambda told: int("message" in told.app.provides), "`app.provides`"),
)


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault for each declaration without its hook, each hook without its declaration, and each hook that fails."""
    marked = parts.code.hooks()
    for pair in _PAIRS:
        declared = pair.count(parts.manifest) > 0
        if declared and pair.name not in parts.hooks:
            yield Fault(
                "hook-missing",
                f"The manifest declares {pair.shown}, but the app does not implement the hook `{pair.name}`",
                parts.key(*pair.key),
                f"Write `{pair.name}` with @hookimpl in the module of the entry point, or take the declaration away.",
            )
        elif pair.name in parts.hooks and not declared:
            said = marked.get(pair.name)
            yield Fault(
                "hook-undeclared",
                f"The app implements the hook `{pair.name}`, but the manifest declares no {pair.shown}",
                parts.key(*pair.key) if said is None else parts.where(said),
                f"Declare {pair.shown} in smartcity.toml, or remove the hook.",
            )
    for hook, why in ({} if parts.interview is None else parts.interview.failed).items():
        said = marked.get(hook)
        yield Fault(
            "hook-fails",
            f"The hook `{hook}` fails in a clean environment: {why}",
            parts.key("app", "id") if said is None else parts.where(said),
            "Mend the hook. It is called without an installation, and must not need one.",
        )

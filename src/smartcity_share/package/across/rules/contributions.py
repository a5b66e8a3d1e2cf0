"""Rule: jobs, indicators, data sets and probes have the same ids in the manifest and in the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault
from smartcity_share.manifest.model import Manifest
from smartcity_share.package.across.base import Parts


class _Kind(NamedTuple):
    """A value for a hook, its table in the manifest, the hook, and the ids a manifest declares with their index."""

    value: str
    table: str
    given_by: str
    ids: Callable[[Manifest], Iterable[tuple[int, str]]]


_KINDS: Final = (
    _Kind("Job", "job", "jobs", lambda told: enumerate(one.id for one in told.jobs)),
    _Kind("IndicatorValue", "indicator", "indicators", lambda told: enumerate(one.id for one in told.indicators)),
    _Kind("Dataset", "dataset", "datasets", lambda told: enumerate(one.id for one in told.datasets)),
    _Kind(
        "ReadinessAnswer",
        "requirement",
        "check_readiness",
        lambda told: [(index, one.id) for index, one in enumerate(told.requirements) if one.check == "probe"],
    ),
)


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault for each id that is declared and not given, or given and not declared."""
    for kind in _KINDS:
        if kind.given_by in parts.hooks:  # where it is not, that is the fault
            yield from _kind_faults(parts, kind)


def _kind_faults(parts: Parts, kind: _Kind) -> Iterator[Fault]:
    made = parts.code.made(kind.value)
    given = {said.text for said in made if said.text is not None}
    # An id that is put together at run time cannot be told, nor can one be whose value is made out of sight.
    sure = bool(given) and None not in {said.text for said in made}
    if kind.value == "Job" and parts.interview is not None and "jobs" not in parts.interview.failed:
        given, sure = set(parts.interview.jobs), True
    declared = {name: index for index, name in kind.ids(parts.manifest)}
    for name, index in declared.items():
        if name not in given and (sure or not (made or parts.code.has_word(name))):
            yield Fault(
                "contribution-not-given",
                f"`{name}` is declared, but the code makes no `{kind.value}` of this id",
                parts.key(kind.table, index, "id"),
                did_you_mean(name, given - set(declared))
                or f"Return it from the hook `{kind.given_by}`, or take the entry away.",
            )
    places = {said.text: parts.where(said) for said in reversed(made)}
    for text in sorted(given - set(declared)):
        yield Fault(
            "contribution-undeclared",
            f"The code gives `{text[:60]}`, which no `[[{kind.table}]]` of the manifest declares",
            places.get(text) or parts.key(kind.table),
            did_you_mean(text, set(declared) - given) or f"Add a `[[{kind.table}]]` with this id, or remove it from the code.",
        )

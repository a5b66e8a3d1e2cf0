"""Which code runs together in one process: sets of code, each with the regions it serves (docs/adr/0021)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import attrs

from smartcity_share.install.records import InstallationRecord


@attrs.frozen
class CodeSet:
    """What one process runs.

    Attributes:
        codes: App and its code folder relative to the instance, None for the app of the environment; each app once, sorted.
        regions: Codes of the regions whose apps are all among these.
    """

    codes: tuple[tuple[str, str | None], ...]
    regions: frozenset[str]


def code_sets(records: Iterable[InstallationRecord]) -> tuple[CodeSet, ...]:
    """Return the sets of code that are needed to serve every installation, the one with most regions first.

    All apps of a region are in one set, since they call each other; regions that want no two versions of an app share one. A
    process imports one version of an app, so there is one set as long as all regions use the same.

    Args:
        records: Every installation.

    Returns:
        The sets; one without apps and regions where nothing is installed.
    """
    wanted: dict[str, dict[str, str | None]] = defaultdict(dict)
    for record in records:
        wanted[record.region][record.app] = record.code_location
    maps = {region: frozenset(codes.items()) for region, codes in wanted.items()}
    found: list[tuple[dict[str, str | None], set[str]]] = []
    for codes, _ in sorted(Counter(maps.values()).items(), key=lambda pair: (-pair[1], _key(pair[0]))):
        here = {region for region, its in maps.items() if its == codes}
        for known, served in found:
            if agrees(known, codes):
                known.update(codes)
                served.update(here)
                break
        else:
            found.append((dict(codes), here))
    sets = [CodeSet(_order(codes.items()), frozenset(regions)) for codes, regions in found]
    return tuple(sorted(sets, key=lambda one: (-len(one.regions), _key(one.codes)))) or (CodeSet((), frozenset()),)


def agrees(running: dict[str, str | None], codes: Iterable[tuple[str, str | None]]) -> bool:
    """Whether a process that runs some code can run other code besides: no app is among them in two versions."""
    return all(running.get(app, location) == location for app, location in codes)


def _order(codes: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    return tuple(sorted(codes, key=lambda pair: (pair[0], pair[1] or "")))


def _key(codes: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return sorted((app, location or "") for app, location in codes)

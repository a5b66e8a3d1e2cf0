"""Sharing regions out among waves: a pilot, then a share, then the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault, Location

DEFAULT_SHARES: Final = (5.0, 25.0, 100.0)
"""Percent of all regions that have the version after each wave that follows the pilot."""


def plan_waves(
    regions: Iterable[str], pilots: Sequence[str] = (), shares: Sequence[float] = DEFAULT_SHARES
) -> tuple[tuple[str, ...], ...]:
    """Return the regions of each wave, each region in one; waves nobody is left for are left out.

    Args:
        regions: Codes of all regions.
        pilots: Codes of the first wave; the first region by its code where none is named.
        shares: Percent of all regions that have the version after each further wave, rising; the last is 100.
    """
    everybody = sorted(set(regions))
    first = tuple(dict.fromkeys(pilots)) or tuple(everybody[:1])
    left = [code for code in everybody if code not in first]
    waves = [first]
    begun = len(first)
    for share in shares:
        count = max(0, ceil(len(everybody) * share / 100) - begun)
        waves.append(tuple(left[:count]))
        left = left[count:]
        begun += count
    return tuple(wave for wave in waves if wave)


def wave_faults(regions: Iterable[str], pilots: Sequence[str], shares: Sequence[float]) -> tuple[Fault, ...]:
    """Return what is wrong with the waves somebody asked for.

    Args:
        regions: Codes of all regions that can be upgraded.
        pilots: Codes of the first wave.
        shares: Percent of all regions after each further wave.
    """
    known = sorted(set(regions))
    found = [
        Fault(
            "rollout-pilot-unknown",
            f"Region {pilot} has nothing to upgrade",
            Location("--pilot"),
            did_you_mean(pilot, known) or "Name a region that has the app in another version.",
        )
        for pilot in pilots
        if pilot not in known
    ]
    rising = all(before < after for before, after in zip((0.0, *shares), shares, strict=False))
    if not rising or not shares or shares[-1] != 100:  # noqa: PLR2004 - percent
        found.append(
            Fault(
                "rollout-shares-invalid",
                f"The shares {', '.join(f'{share:g}' for share in shares) or '(none)'} do not rise to 100",
                Location("--share"),
                "Write for example `--share 5 --share 25 --share 100`.",
            )
        )
    return tuple(found)

"""What a wave has to show before the next may begin. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from smartcity_share.install.rollouts.records import RegionOutcome, RegionState, StopRule

_ENOUGH: Final = 10
"""Regions that must have been tried before a share of them says anything."""


def reason_to_stop(outcomes: Iterable[RegionOutcome], wave: int, rule: StopRule) -> str:
    """Return why a rollout has to stop in a wave; empty where it may go on.

    Args:
        outcomes: The regions of the rollout.
        wave: 0-based number of the wave.
        rule: When it stops.
    """
    here = [one for one in outcomes if one.wave == wave]
    tried = [one for one in here if one.state in (RegionState.DONE, RegionState.FAILED)]
    failed = [one for one in tried if one.state is RegionState.FAILED]
    if not failed:
        return ""
    names = ", ".join(one.region for one in failed[:5]) + (", …" if len(failed) > 5 else "")  # noqa: PLR2004 - a line
    if len(failed) > rule.most_failed:
        return f"{len(failed)} regions of wave {wave + 1} failed ({names}); at most {rule.most_failed} may"
    share = 100 * len(failed) / len(tried)
    if len(tried) >= _ENOUGH and share > rule.most_share:
        return f"{share:.0f} % of {len(tried)} regions of wave {wave + 1} failed ({names}); at most {rule.most_share:g} % may"
    waits = any(one.state is RegionState.WAITING for one in here)  # a pilot that fails keeps no other pilot from its turn
    if wave == 0 and len(failed) == len(tried) and not waits:
        return f"No pilot region could be upgraded ({names})"
    return ""


def current_wave(outcomes: Iterable[RegionOutcome]) -> int | None:
    """Return the first wave that has regions waiting; None where none has."""
    return min((one.wave for one in outcomes if one.state is RegionState.WAITING), default=None)

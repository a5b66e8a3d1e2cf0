"""What is kept of a rollout: its waves, who approved them, and how each region came out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import attrs


class RolloutState(StrEnum):
    """How far a rollout came."""

    RUNNING = "running"
    AWAITS_APPROVAL = "awaits-approval"
    STOPPED = "stopped"
    DONE = "done"


class RegionState(StrEnum):
    """How a region of a rollout came out."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    LEFT_OUT = "left-out"


@attrs.frozen
class StopRule:
    """When a rollout stops by itself.

    Attributes:
        most_failed: Regions of one wave that may fail; with one more it stops.
        most_share: Share of the regions tried in one wave that may fail, in percent; counts from the tenth on.
    """

    most_failed: int = 3
    most_share: float = 20.0


@attrs.frozen
class Approval:
    """Somebody let a wave begin.

    Attributes:
        wave: 0-based number of the wave.
        by: Who.
        at: When, UTC.
        basis: The order or decree it rests on.
    """

    wave: int
    by: str
    at: datetime
    basis: str = ""


@attrs.frozen
class Rollout:
    """One version on its way to many regions.

    Attributes:
        id: Names the rollout.
        app: Id of the app.
        version: The version it brings.
        wheel: The wheel, relative to the instance.
        digest: SHA-256 of the wheel.
        waves: Codes of the regions of each wave, in the order they are upgraded.
        approvals: Who let which wave begin; the first needs nobody but who began the rollout.
        stop_rule: When it stops by itself.
        answers: Values for new settings, as ``KEY=VALUE``, the same for every region; no secret is among them.
        state: How far it came.
        actor: Who began it.
        basis: The order or decree it rests on.
        begun_at: When, UTC.
        ended_at: When it was done or stopped, UTC; None before.
        fault: Why it stopped; empty where it did not.
    """

    id: str
    app: str
    version: str
    wheel: str
    digest: str
    waves: tuple[tuple[str, ...], ...]
    approvals: tuple[Approval, ...]
    stop_rule: StopRule
    answers: tuple[str, ...]
    state: RolloutState
    actor: str
    basis: str
    begun_at: datetime
    ended_at: datetime | None = None
    fault: str = ""

    @property
    def approved_waves(self) -> int:
        """How many waves may run."""
        return 1 + max((approval.wave for approval in self.approvals), default=0)


@attrs.frozen
class RegionOutcome:
    """One region of a rollout.

    Attributes:
        region: Code of the region.
        wave: 0-based number of its wave.
        state: How it came out.
        before: The version it had.
        code: Stable code of what went wrong; empty where nothing did.
        fault: What went wrong, with the mend; empty where nothing did.
        seconds: How long its upgrade took.
        at: When its state changed, UTC; None while it waits.
    """

    region: str
    wave: int
    state: RegionState
    before: str
    code: str = ""
    fault: str = ""
    seconds: float = 0.0
    at: datetime | None = None


@attrs.frozen
class Claim:
    """A region of a rollout that a process is upgrading.

    Attributes:
        region: Its code.
        owner: The process, as :func:`smartcity_share.install.owner.this_process` writes it.
        beat: A number the owner raises while it lives.
    """

    region: str
    owner: str
    beat: int = 0


@attrs.frozen
class Quarantined:
    """An installation no rollout touches until somebody releases it.

    Attributes:
        region: Code of the region.
        app: Id of the app.
        rollout: The rollout its upgrade failed in.
        since: When, UTC.
        fault: What went wrong.
    """

    region: str
    app: str
    rollout: str
    since: datetime
    fault: str

"""The tables of rollouts, the regions in them and the quarantine, and their rows as plain values and back."""

from __future__ import annotations

from typing import Any, Final

import attrs
from sqlalchemy import JSON, Column, Float, Integer, MetaData, Row, String, Table, Text

from smartcity_share.install.rollouts.records import Approval, RegionOutcome, RegionState, Rollout, RolloutState, StopRule
from smartcity_share.install.storage.columns import key_of_installation, moment_of, stamp

metadata: Final = MetaData()
rollouts: Final = Table(
    "rollouts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("app", String(80), nullable=False),
    Column("version", String(80), nullable=False),
    Column("wheel", String(400), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("waves", JSON, nullable=False),
    Column("approvals", JSON, nullable=False),
    Column("stop_rule", JSON, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("basis", Text, nullable=False),
    Column("begun_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("fault", Text, nullable=False),
    Column("owner", String(120), nullable=False),
)
regions: Final = Table(
    "rollout_regions",
    metadata,
    Column("rollout", String(40), primary_key=True),
    Column("region", String(40), primary_key=True),
    Column("wave", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("before", String(80), nullable=False),
    Column("code", String(80), nullable=False),
    Column("fault", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", Float),
)
claims: Final = Table(
    "rollout_claims",
    metadata,
    Column("rollout", String(40), primary_key=True),
    Column("region", String(40), primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("beat", Integer, nullable=False),
)
quarantine: Final = Table(
    "quarantine",
    metadata,
    *key_of_installation(),
    Column("rollout", String(40), nullable=False),
    Column("since", Float, nullable=False),
    Column("fault", Text, nullable=False),
)


def values_of(rollout: Rollout) -> dict[str, Any]:
    """Return a rollout as it is stored."""
    values = attrs.asdict(rollout, recurse=False)
    values |= {
        "waves": [list(wave) for wave in rollout.waves],
        "approvals": [{**attrs.asdict(one), "at": stamp(one.at)} for one in rollout.approvals],
        "stop_rule": attrs.asdict(rollout.stop_rule),
        "answers": list(rollout.answers),
        "state": rollout.state.value,
        "begun_at": stamp(rollout.begun_at),
        "ended_at": None if rollout.ended_at is None else stamp(rollout.ended_at),
    }
    return values


def region_values(rollout_id: str, outcome: RegionOutcome) -> dict[str, Any]:
    """Return how a region came out as it is stored."""
    at = None if outcome.at is None else stamp(outcome.at)
    return {**attrs.asdict(outcome), "rollout": rollout_id, "state": outcome.state.value, "at": at}


def rollout_of(row: Row[Any]) -> Rollout:
    """Return a stored rollout."""
    return Rollout(
        id=row.id,
        app=row.app,
        version=row.version,
        wheel=row.wheel,
        digest=row.digest,
        waves=tuple(tuple(wave) for wave in row.waves),
        approvals=tuple(Approval(**{**one, "at": moment_of(one["at"])}) for one in row.approvals),
        stop_rule=StopRule(**row.stop_rule),
        answers=tuple(row.answers),
        state=RolloutState(row.state),
        actor=row.actor,
        basis=row.basis,
        begun_at=moment_of(row.begun_at),
        ended_at=None if row.ended_at is None else moment_of(row.ended_at),
        fault=row.fault,
    )


def outcome_of(row: Row[Any]) -> RegionOutcome:
    """Return how a stored region came out."""
    return RegionOutcome(
        region=row.region,
        wave=row.wave,
        state=RegionState(row.state),
        before=row.before,
        code=row.code,
        fault=row.fault,
        seconds=row.seconds,
        at=None if row.at is None else moment_of(row.at),
    )

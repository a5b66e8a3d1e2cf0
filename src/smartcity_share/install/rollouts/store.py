"""Where rollouts, the regions in them and the quarantine are kept: beside the runs of jobs, one row for each region."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import attrs
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    Text,
    delete,
    select,
    update,
)

from smartcity_share.errors import RolloutError
from smartcity_share.install.rollouts.records import (
    Approval,
    Claim,
    Quarantined,
    RegionOutcome,
    RegionState,
    Rollout,
    RolloutState,
    StopRule,
)
from smartcity_share.install.rollouts.turns import Turn
from smartcity_share.install.storage.port import SharedDatabase

_metadata: Final = MetaData()
_rollouts: Final = Table(
    "rollouts",
    _metadata,
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
_regions: Final = Table(
    "rollout_regions",
    _metadata,
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
_claims: Final = Table(
    "rollout_claims",
    _metadata,
    Column("rollout", String(40), primary_key=True),
    Column("region", String(40), primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("beat", Integer, nullable=False),
)
_quarantine: Final = Table(
    "quarantine",
    _metadata,
    Column("region", String(40), primary_key=True),
    Column("app", String(80), primary_key=True),
    Column("rollout", String(40), nullable=False),
    Column("since", Float, nullable=False),
    Column("fault", Text, nullable=False),
)


class RolloutStore:
    """The rollouts of an instance.

    Args:
        database: Where they are kept, :attr:`smartcity_share.install.storage.port.Storage.jobs`.
    """

    def __init__(self, database: SharedDatabase) -> None:
        self._database = database
        with database.begin() as connection:
            _metadata.create_all(connection)

    def all(self) -> tuple[Rollout, ...]:
        """Return every rollout in the order they began."""
        with self._database.engine.connect() as connection:
            return tuple(map(_rollout, connection.execute(select(_rollouts).order_by(_rollouts.c.begun_at, _rollouts.c.id))))

    def get(self, rollout_id: str) -> Rollout:
        """Return one rollout.

        Raises:
            RolloutError: There is none with this id.
        """
        with self._database.engine.connect() as connection:
            return _get(connection, rollout_id)

    def add(self, rollout: Rollout, regions: tuple[RegionOutcome, ...]) -> None:
        """Write a new rollout with its regions, all or nothing.

        Raises:
            RolloutError: Another rollout of the app has not ended.
        """
        with self._database.begin() as connection:
            ended = (RolloutState.DONE.value, RolloutState.STOPPED.value)
            other = connection.execute(
                select(_rollouts.c.id).where(_rollouts.c.app == rollout.app, _rollouts.c.state.not_in(ended))
            ).first()
            if other is not None:
                raise RolloutError(
                    f"Rollout {other.id} of `{rollout.app}` has not ended",
                    hint=f"Finish it with `smartcity rollout run {other.id}`, or stop it: `smartcity rollout stop {other.id}`.",
                )
            connection.execute(_rollouts.insert().values(**_values(rollout), owner=""))
            connection.execute(_regions.insert(), [_region_values(rollout.id, one) for one in regions])

    def change(self, rollout_id: str, change: Callable[[Rollout], Rollout]) -> Rollout:
        """Change a rollout as it is now, however many want to: one after the other.

        Raises:
            RolloutError: There is none with this id, or ``change`` refuses.
        """
        with self._database.begin() as connection:
            rollout = _get(connection, rollout_id)
            changed = change(rollout)
            if changed != rollout:
                connection.execute(update(_rollouts).where(_rollouts.c.id == rollout_id).values(**_values(changed)))
        return changed

    def set_going(self, rollout_id: str, owner: str) -> None:
        """Note that somebody had a rollout run: from then on every worker takes part in it."""
        with self._database.begin() as connection:
            connection.execute(update(_rollouts).where(_rollouts.c.id == rollout_id).values(owner=owner))

    def going(self) -> tuple[str, ...]:
        """Return the rollouts that somebody had run and that may go on, by id."""
        here = (_rollouts.c.owner != "", _rollouts.c.state == RolloutState.RUNNING.value)
        with self._database.engine.connect() as connection:
            return tuple(connection.execute(select(_rollouts.c.id).where(*here).order_by(_rollouts.c.begun_at)).scalars())

    def take_turn(
        self, rollout_id: str, choose: Callable[[Rollout, tuple[RegionOutcome, ...], tuple[Claim, ...]], Turn]
    ) -> Turn:
        """Let one process after the other look at a rollout, and keep what it chose.

        Raises:
            RolloutError: There is none with this id.
        """
        here = _claims.c.rollout == rollout_id
        with self._database.begin() as connection:
            rollout = _get(connection, rollout_id)
            claims = tuple(Claim(row.region, row.owner, row.beat) for row in connection.execute(select(_claims).where(here)))
            turn = choose(rollout, tuple(map(_outcome, connection.execute(_outcomes_of(rollout_id)))), claims)
            if turn.rollout != rollout:
                connection.execute(update(_rollouts).where(_rollouts.c.id == rollout_id).values(**_values(turn.rollout)))
            if turn.claim is not None:
                connection.execute(delete(_claims).where(here, _claims.c.region == turn.claim.region))
                connection.execute(_claims.insert().values(rollout=rollout_id, **attrs.asdict(turn.claim)))
        return turn

    def beat(self, rollout_id: str, claim: Claim) -> bool:
        """Say that the owner of a claim lives; False where it is not its claim any more."""
        with self._database.begin() as connection:
            said = update(_claims).where(*_same(rollout_id, claim)).values(beat=_claims.c.beat + 1)
            return connection.execute(said).rowcount > 0

    def let_go(self, rollout_id: str, claim: Claim) -> None:
        """Give a claim up; one that another process has taken over stays."""
        with self._database.begin() as connection:
            connection.execute(delete(_claims).where(*_same(rollout_id, claim)))

    def outcomes(self, rollout_id: str) -> tuple[RegionOutcome, ...]:
        """Return the regions of a rollout, by wave and code."""
        with self._database.engine.connect() as connection:
            return tuple(map(_outcome, connection.execute(_outcomes_of(rollout_id))))

    def put_outcome(
        self, rollout_id: str, claim: Claim, outcome: RegionOutcome, quarantined: Quarantined | None = None
    ) -> bool:
        """Write how a region came out, that it is quarantined with it, and that nobody is at it any more.

        Returns:
            Whether it was written: not where another process has taken the region over.
        """
        here = (_regions.c.rollout == rollout_id, _regions.c.region == outcome.region)
        with self._database.begin() as connection:
            if not connection.execute(delete(_claims).where(*_same(rollout_id, claim))).rowcount:
                return False
            connection.execute(update(_regions).where(*here).values(**_region_values(rollout_id, outcome)))
            if quarantined is not None:
                _release(connection, quarantined.region, quarantined.app)
                values = {**attrs.asdict(quarantined), "since": quarantined.since.timestamp()}
                connection.execute(_quarantine.insert().values(**values))
        return True

    def quarantine(self) -> tuple[Quarantined, ...]:
        """Return what no rollout touches, by region and app."""
        with self._database.engine.connect() as connection:
            rows = connection.execute(select(_quarantine).order_by(_quarantine.c.region, _quarantine.c.app))
            return tuple(Quarantined(row.region, row.app, row.rollout, _moment(row.since), row.fault) for row in rows)

    def release(self, region: str, app: str) -> bool:
        """Take an installation out of quarantine; False where it was not in it."""
        with self._database.begin() as connection:
            return _release(connection, region, app)


def _get(connection: Connection, rollout_id: str) -> Rollout:
    row = connection.execute(select(_rollouts).where(_rollouts.c.id == rollout_id)).first()
    if row is None:
        raise RolloutError(f"There is no rollout {rollout_id[:60]}", hint="See `smartcity rollout show`.")
    return _rollout(row)


def _outcomes_of(rollout_id: str) -> Select[Any]:
    return select(_regions).where(_regions.c.rollout == rollout_id).order_by(_regions.c.wave, _regions.c.region)


def _same(rollout_id: str, claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (_claims.c.rollout == rollout_id, _claims.c.region == claim.region, _claims.c.owner == claim.owner)


def _release(connection: Connection, region: str, app: str) -> bool:
    where = (_quarantine.c.region == region, _quarantine.c.app == app)
    return connection.execute(delete(_quarantine).where(*where)).rowcount > 0


def _values(rollout: Rollout) -> dict[str, Any]:
    values = attrs.asdict(rollout, recurse=False)
    values |= {
        "waves": [list(wave) for wave in rollout.waves],
        "approvals": [{**attrs.asdict(one), "at": one.at.timestamp()} for one in rollout.approvals],
        "stop_rule": attrs.asdict(rollout.stop_rule),
        "answers": list(rollout.answers),
        "state": rollout.state.value,
        "begun_at": rollout.begun_at.timestamp(),
        "ended_at": None if rollout.ended_at is None else rollout.ended_at.timestamp(),
    }
    return values


def _region_values(rollout_id: str, outcome: RegionOutcome) -> dict[str, Any]:
    at = None if outcome.at is None else outcome.at.timestamp()
    return {**attrs.asdict(outcome), "rollout": rollout_id, "state": outcome.state.value, "at": at}


def _rollout(row: Row[Any]) -> Rollout:
    return Rollout(
        id=row.id,
        app=row.app,
        version=row.version,
        wheel=row.wheel,
        digest=row.digest,
        waves=tuple(tuple(wave) for wave in row.waves),
        approvals=tuple(Approval(**{**one, "at": _moment(one["at"])}) for one in row.approvals),
        stop_rule=StopRule(**row.stop_rule),
        answers=tuple(row.answers),
        state=RolloutState(row.state),
        actor=row.actor,
        basis=row.basis,
        begun_at=_moment(row.begun_at),
        ended_at=None if row.ended_at is None else _moment(row.ended_at),
        fault=row.fault,
    )


def _outcome(row: Row[Any]) -> RegionOutcome:
    return RegionOutcome(
        region=row.region,
        wave=row.wave,
        state=RegionState(row.state),
        before=row.before,
        code=row.code,
        fault=row.fault,
        seconds=row.seconds,
        at=None if row.at is None else _moment(row.at),
    )


def _moment(value: float) -> datetime:
    return datetime.fromtimestamp(value, UTC)

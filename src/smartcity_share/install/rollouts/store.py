"""Where rollouts, the regions in them and the quarantine are kept: beside the runs of jobs, one row for each region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Connection, Select, delete, select, update

from smartcity_share.errors import RolloutError
from smartcity_share.install.rollouts import tables
from smartcity_share.install.rollouts.records import Claim, Quarantined, RegionOutcome, Rollout, RolloutState
from smartcity_share.install.rollouts.tables import outcome_of, region_values, rollout_of, values_of
from smartcity_share.install.rollouts.turns import Turn
from smartcity_share.install.storage.columns import moment_of, stamp
from smartcity_share.install.storage.port import SharedDatabase


class RolloutStore:
    """The rollouts of an instance.

    Args:
        database: Where they are kept, :attr:`smartcity_share.install.storage.port.Storage.jobs`.
    """

    def __init__(self, database: SharedDatabase) -> None:
        self._database = database
        with database.begin() as connection:
            tables.metadata.create_all(connection)

    def all(self) -> tuple[Rollout, ...]:
        """Return every rollout in the order they began."""
        with self._database.engine.connect() as connection:
            return tuple(
                map(
                    rollout_of,
                    connection.execute(select(tables.rollouts).order_by(tables.rollouts.c.begun_at, tables.rollouts.c.id)),
                )
            )

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
                select(tables.rollouts.c.id).where(tables.rollouts.c.app == rollout.app, tables.rollouts.c.state.not_in(ended))
            ).first()
            if other is not None:
                raise RolloutError(
                    f"Rollout {other.id} of `{rollout.app}` has not ended",
                    hint=f"Finish it with `smartcity rollout run {other.id}`, or stop it: `smartcity rollout stop {other.id}`.",
                )
            connection.execute(tables.rollouts.insert().values(**values_of(rollout), owner=""))
            connection.execute(tables.regions.insert(), [region_values(rollout.id, one) for one in regions])

    def change(self, rollout_id: str, change: Callable[[Rollout], Rollout]) -> Rollout:
        """Change a rollout as it is now, however many want to: one after the other.

        Raises:
            RolloutError: There is none with this id, or ``change`` refuses.
        """
        with self._database.begin() as connection:
            rollout = _get(connection, rollout_id)
            changed = change(rollout)
            if changed != rollout:
                connection.execute(
                    update(tables.rollouts).where(tables.rollouts.c.id == rollout_id).values(**values_of(changed))
                )
        return changed

    def set_going(self, rollout_id: str, owner: str) -> None:
        """Note that somebody had a rollout run: from then on every worker takes part in it."""
        with self._database.begin() as connection:
            connection.execute(update(tables.rollouts).where(tables.rollouts.c.id == rollout_id).values(owner=owner))

    def going(self) -> tuple[str, ...]:
        """Return the rollouts that somebody had run and that may go on, by id."""
        here = (tables.rollouts.c.owner != "", tables.rollouts.c.state == RolloutState.RUNNING.value)
        with self._database.engine.connect() as connection:
            return tuple(
                connection.execute(select(tables.rollouts.c.id).where(*here).order_by(tables.rollouts.c.begun_at)).scalars()
            )

    def take_turn(
        self, rollout_id: str, choose: Callable[[Rollout, tuple[RegionOutcome, ...], tuple[Claim, ...]], Turn]
    ) -> Turn:
        """Let one process after the other look at a rollout, and keep what it chose.

        Raises:
            RolloutError: There is none with this id.
        """
        here = tables.claims.c.rollout == rollout_id
        with self._database.begin() as connection:
            rollout = _get(connection, rollout_id)
            claims = tuple(
                Claim(row.region, row.owner, row.beat) for row in connection.execute(select(tables.claims).where(here))
            )
            turn = choose(rollout, tuple(map(outcome_of, connection.execute(_outcomes_of(rollout_id)))), claims)
            if turn.rollout != rollout:
                connection.execute(
                    update(tables.rollouts).where(tables.rollouts.c.id == rollout_id).values(**values_of(turn.rollout))
                )
            if turn.claim is not None:
                connection.execute(delete(tables.claims).where(here, tables.claims.c.region == turn.claim.region))
                connection.execute(tables.claims.insert().values(rollout=rollout_id, **attrs.asdict(turn.claim)))
        return turn

    def beat(self, rollout_id: str, claim: Claim) -> bool:
        """Say that the owner of a claim lives; False where it is not its claim any more."""
        with self._database.begin() as connection:
            said = update(tables.claims).where(*_same(rollout_id, claim)).values(beat=tables.claims.c.beat + 1)
            return connection.execute(said).rowcount > 0

    def let_go(self, rollout_id: str, claim: Claim) -> None:
        """Give a claim up; one that another process has taken over stays."""
        with self._database.begin() as connection:
            connection.execute(delete(tables.claims).where(*_same(rollout_id, claim)))

    def outcomes(self, rollout_id: str) -> tuple[RegionOutcome, ...]:
        """Return the regions of a rollout, by wave and code."""
        with self._database.engine.connect() as connection:
            return tuple(map(outcome_of, connection.execute(_outcomes_of(rollout_id))))

    def put_outcome(
        self, rollout_id: str, claim: Claim, outcome: RegionOutcome, quarantined: Quarantined | None = None
    ) -> bool:
        """Write how a region came out, that it is quarantined with it, and that nobody is at it any more.

        Returns:
            Whether it was written: not where another process has taken the region over.
        """
        here = (tables.regions.c.rollout == rollout_id, tables.regions.c.region == outcome.region)
        with self._database.begin() as connection:
            if not connection.execute(delete(tables.claims).where(*_same(rollout_id, claim))).rowcount:
                return False
            connection.execute(update(tables.regions).where(*here).values(**region_values(rollout_id, outcome)))
            if quarantined is not None:
                _release(connection, quarantined.region, quarantined.app)
                values = {**attrs.asdict(quarantined), "since": stamp(quarantined.since)}
                connection.execute(tables.quarantine.insert().values(**values))
        return True

    def quarantine(self) -> tuple[Quarantined, ...]:
        """Return what no rollout touches, by region and app."""
        with self._database.engine.connect() as connection:
            rows = connection.execute(select(tables.quarantine).order_by(tables.quarantine.c.region, tables.quarantine.c.app))
            return tuple(Quarantined(row.region, row.app, row.rollout, moment_of(row.since), row.fault) for row in rows)

    def release(self, region: str, app: str) -> bool:
        """Take an installation out of quarantine; False where it was not in it."""
        with self._database.begin() as connection:
            return _release(connection, region, app)


def _get(connection: Connection, rollout_id: str) -> Rollout:
    row = connection.execute(select(tables.rollouts).where(tables.rollouts.c.id == rollout_id)).first()
    if row is None:
        raise RolloutError(f"There is no rollout {rollout_id[:60]}", hint="See `smartcity rollout show`.")
    return rollout_of(row)


def _outcomes_of(rollout_id: str) -> Select[Any]:
    return (
        select(tables.regions)
        .where(tables.regions.c.rollout == rollout_id)
        .order_by(tables.regions.c.wave, tables.regions.c.region)
    )


def _same(rollout_id: str, claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (tables.claims.c.rollout == rollout_id, tables.claims.c.region == claim.region, tables.claims.c.owner == claim.owner)


def _release(connection: Connection, region: str, app: str) -> bool:
    where = (tables.quarantine.c.region == region, tables.quarantine.c.app == app)
    return connection.execute(delete(tables.quarantine).where(*where)).rowcount > 0

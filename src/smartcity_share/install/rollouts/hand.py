"""One process's hand in a rollout: it upgrades the regions that are its own, and writes how each came out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import attrs

from smartcity_share.catalogue.seen import revocation_of
from smartcity_share.errors import InstallationNotFoundError, OperationBusyError, RolloutError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.answers import answers_from_options
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.maintenance import closed
from smartcity_share.install.needed_wheels import signed_packages
from smartcity_share.install.records import InstallationState, OperationRecord, OperationState
from smartcity_share.install.resuming import resume_operation
from smartcity_share.install.rollouts.claims import holding
from smartcity_share.install.rollouts.outages import MOST_TRIES, Pause, through_outages
from smartcity_share.install.rollouts.provenance import kept_provenance
from smartcity_share.install.rollouts.records import Claim, Quarantined, RegionOutcome, RegionState, Rollout
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.source import AppSource, opened_source
from smartcity_share.install.upgrading import upgrade_app

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

_log = logging.getLogger(__name__)

Watch = Callable[[RegionOutcome], None]
"""Told of each region when it begins (waiting), and when it ends."""


class _LostError(Exception):
    """Another process has taken the region over while the database was away."""


class Hand:
    """Upgrades one region after the other; the wheel is read and verified for the first and taken as it is for the others.

    Args:
        instance: The instance.
        store: Its rollouts.
        actor: Who runs it.
        watch: Told of each region.
        pause: Waits for a number of seconds.

    Attributes:
        held: Region -> why it could not be changed now.
    """

    def __init__(self, instance: Instance, store: RolloutStore, actor: Actor, watch: Watch, pause: Pause) -> None:
        self.held: dict[str, str] = {}
        self._instance = instance
        self._store = store
        self._actor = actor
        self._watch = watch
        self._pause = pause
        self._source: AppSource | None = None

    def take(self, rollout: Rollout, claim: Claim, outcome: RegionOutcome) -> None:
        """Upgrade a region that is this process's own, or note why it cannot be changed now."""
        if why := _closed(self._instance, claim.region):
            self.held[claim.region] = why
            self._store.let_go(rollout.id, claim)
            return
        try:
            with holding(self._store, rollout.id, claim):
                self._watch(outcome)
                ended = self._ended(rollout, claim, outcome)
                put = partial(self._store.put_outcome, rollout.id, claim, ended, _quarantined(rollout, ended))
                written = through_outages(self._instance.storage, put, rollout.id, self._pause)
        except OperationBusyError as error:
            self.held[claim.region] = str(error)
        except _LostError:
            return
        else:
            if written:
                self._watch(ended)

    def _ended(self, rollout: Rollout, claim: Claim, outcome: RegionOutcome) -> RegionOutcome:
        """Return how the upgrade of a region came out."""
        begun, since = time.monotonic(), self._instance.now()
        tries = count(1)

        def act() -> RegionOutcome:
            if next(tries) > 1 and not self._store.beat(rollout.id, claim):
                raise _LostError
            return self._upgraded(rollout, outcome, since)

        try:
            ended = through_outages(self._instance.storage, act, rollout.id, self._pause)
        except (OperationBusyError, RolloutError, _LostError):
            raise
        except InstallationNotFoundError as error:
            ended = attrs.evolve(outcome, state=RegionState.LEFT_OUT, fault=str(error))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a region, the others have their turn
            if isinstance(error, SmartCityError):
                code, fault = error.code, _told(error)
            else:
                _log.exception("Region %s could not be upgraded in rollout %s", outcome.region, rollout.id)
                code, fault = type(error).__name__[:80], f"{type(error).__name__}: {error}"
            if self._instance.storage.was_away(error):
                fault = f"The database was lost in each of {MOST_TRIES} tries, the last time so: {fault}"
                with suppress(SmartCityError):  # what cannot be taken back now needs a person, and `status` says so
                    self._take_up(rollout, outcome, since, undo=True)
            ended = attrs.evolve(outcome, state=RegionState.FAILED, code=code, fault=fault)
        return attrs.evolve(ended, seconds=round(time.monotonic() - begun, 3), at=self._instance.now())

    def _upgraded(self, rollout: Rollout, outcome: RegionOutcome, since: datetime) -> RegionOutcome:
        instance, actor = self._instance, self._actor
        self._take_up(rollout, outcome, since)
        record = instance.ledger.installation(outcome.region, rollout.app)
        if record is None or record.state is not InstallationState.ACTIVE:
            fault = "it has been removed" if record is None else f"its state is {record.state}"
            return attrs.evolve(outcome, state=RegionState.LEFT_OUT, fault=fault)
        upgrade_app(
            instance,
            outcome.region,
            rollout.app,
            self._opened(rollout),
            answers_from_options(rollout.answers),
            actor=actor,
            basis=rollout.basis or f"rollout {rollout.id}",
        )
        return attrs.evolve(outcome, state=RegionState.DONE)

    def _take_up(self, rollout: Rollout, outcome: RegionOutcome, since: datetime, *, undo: bool = False) -> None:
        """Finish or undo what was cut off in a region."""
        states = (OperationState.RUNNING, OperationState.NEEDS_PERSON)
        for operation in self._instance.ledger.operations(*states, region=outcome.region, app=rollout.app):
            if operation.state is OperationState.RUNNING or _stopped_since(operation, since):
                resume_operation(self._instance, operation.id, actor=self._actor, undo=undo)

    def _opened(self, rollout: Rollout) -> AppSource:
        if self._source is None:
            wheel = self._instance.folder / rollout.wheel
            if not wheel.is_file() or file_digest(wheel) != rollout.digest:
                raise RolloutError(
                    f"{rollout.wheel} is not the wheel that was approved for rollout {rollout.id}: it was changed or removed",
                    hint=f"No further region was changed. Put that wheel back (SHA-256 {rollout.digest}), or stop the rollout: "
                    f"`smartcity rollout stop {rollout.id}`.",
                )
            if why := revocation_of(self._instance.layout.catalogues, rollout.digest):
                raise RolloutError(
                    f"`{rollout.app}` {rollout.version} must not be installed any more: {why}",
                    hint=f"No further region was changed. Stop the rollout: `smartcity rollout stop {rollout.id}`.",
                )
            with opened_source(self._instance, rollout.app, wheel) as found:
                code = attrs.evolve(found.code, provenance=kept_provenance(wheel))
                beside = [path for path in sorted(wheel.parent.glob("*.whl")) if path != wheel]  # what it was planned with
                needs = signed_packages((path.name, file_digest(path)) for path in beside)
                self._source = attrs.evolve(found, code=code, needs=needs)
        return self._source


def _stopped_since(operation: OperationRecord, since: datetime) -> bool:
    """Whether an operation came to need a person in this very turn: the database was away while it was undone."""
    return operation.finished_at is not None and operation.finished_at >= since


def _closed(instance: Instance, region: str) -> str:
    try:
        zone = instance.profile(region).time_zone
    except SmartCityError:
        return ""  # the upgrade itself names what is wrong with the profile
    return closed(instance.config.maintenance, region, zone, instance.now())


def _told(error: SmartCityError) -> str:
    faults = "; ".join(f"{fault.message} ({fault.code})" for fault in getattr(error, "faults", ()))
    return " ".join(part for part in (str(error), faults, error.hint or "") if part)


def _quarantined(rollout: Rollout, outcome: RegionOutcome) -> Quarantined | None:
    if outcome.state is not RegionState.FAILED or outcome.at is None:
        return None
    return Quarantined(outcome.region, rollout.app, rollout.id, outcome.at, outcome.fault)

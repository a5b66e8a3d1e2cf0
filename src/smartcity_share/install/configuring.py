"""Changing the settings of an installation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from smartcity_share.errors import SecretError, SettingsError
from smartcity_share.hooks.installation import Actor
from smartcity_share.hooks.values import HealthState
from smartcity_share.install.answers import NO_ANSWERS, Answers, answers_from_mapping
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.installing import AnswersLike
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning import plan_configure
from smartcity_share.install.records import InstallationRecord, SettingValue
from smartcity_share.install.runtime import kept_record_of, make_installation
from smartcity_share.install.secret_files import read_secret
from smartcity_share.install.settings_change import settings_outcome
from smartcity_share.install.settings_store import stored_settings

if TYPE_CHECKING:
    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.instance import Instance


@attrs.frozen
class PreparedConfigure:
    """An installation whose settings can be changed.

    Attributes:
        instance: The instance.
        record: The installation.
        model: The model of its settings; None for an app without settings.
        stored: The stored values by key.
        after: How many operations there had been on the installation before it was looked at.
    """

    instance: Instance
    record: InstallationRecord
    model: type[Settings] | None
    stored: dict[str, SettingValue]
    after: int

    def plan(self, answers: AnswersLike = NO_ANSWERS, unset: Iterable[str] = ()) -> Plan:
        """Plan the change; the plan says what is wrong with the answers, and has no step where nothing changes."""
        given = answers if isinstance(answers, Answers) else answers_from_mapping(answers)
        secrets = {}
        for key, value in self.stored.items():
            if value.secret_ref is not None and key not in given.keys:
                secrets[key] = read_secret(self.instance.layout, value.secret_ref)
            elif value.secret_ref is not None:
                secrets |= self._old_secret(key, value.secret_ref)
        outcome = settings_outcome(self.model, self.record.app, self.stored, secrets, given, unset)
        failed = bool(outcome.changes) and has_failed(self.instance, self.record)
        return attrs.evolve(plan_configure(self.record, outcome, has_failed=failed), after=self.after)

    def apply(self, plan: Plan, actor: Actor, *, basis: str = "", watch: Watch | None = None) -> Outcome:
        """Apply a plan; see :func:`smartcity_share.install.apply.apply`."""
        return apply(plan, self.instance, actor, basis=basis, watch=watch)

    def _old_secret(self, key: str, ref: str) -> dict[str, str]:
        """Return a secret that is being replaced; setting it again is the mend for one that is lost or open to others."""
        try:
            return {key: read_secret(self.instance.layout, ref)}
        except SecretError:
            return {}


def prepared_configure(instance: Instance, region: str, app: str) -> PreparedConfigure:
    """Return an installation whose settings can be changed.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there.
        AppError: The app cannot be loaded.
    """
    after = instance.ledger.operation_count(region, app)
    record = kept_record_of(instance, region, app)
    model = instance.registry_of(record).settings_model(app)
    return PreparedConfigure(instance, record, model, stored_settings(instance.ledger, model, region, app), after)


def has_failed(instance: Instance, record: InstallationRecord) -> bool:
    """Whether an installation does not work now: what mends one of two faults must not be refused for the other."""
    registry = instance.registry_of(record)
    try:
        installation = make_installation(instance, record, registry.app(record.app))
    except (SettingsError, SecretError):
        return True
    seconds = instance.config.limits.health_seconds
    return registry.check_health(record.app, installation, seconds).state is HealthState.FAILED


def configure_app(
    instance: Instance,
    region: str,
    app: str,
    answers: AnswersLike,
    *,
    actor: Actor,
    basis: str = "",
    unset: Iterable[str] = (),
    watch: Watch | None = None,
) -> Outcome:
    """Change settings; the outcome has no operation where every value was there already.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app.
        answers: The new values, by key.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        unset: Keys whose stored value is taken away, so that the default holds again.
        watch: Told of each step before it begins.

    Raises:
        SmartCityError: What :func:`prepared_configure` and :func:`smartcity_share.install.apply.apply` raise.
    """
    prepared = prepared_configure(instance, region, app)
    return prepared.apply(prepared.plan(answers, unset), actor, basis=basis, watch=watch)

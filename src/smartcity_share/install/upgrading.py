"""Upgrading an installation: find the new version, judge it, load it, plan, apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from smartcity_share.errors import Fault, Location, RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.answers import NO_ANSWERS, Answers, answers_from_mapping
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.catalogues import CatalogueSource
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.environments.staging import staged_environment
from smartcity_share.install.installing import AnswersLike
from smartcity_share.install.kept_states import KeptStates
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.overrides.carrying import Carried, carry
from smartcity_share.install.overrides.kept import read_kept, to_text
from smartcity_share.install.overrides.merging import Choice
from smartcity_share.install.overrides.shipped import shipped_parts
from smartcity_share.install.plan import Plan
from smartcity_share.install.readiness import readiness
from smartcity_share.install.requirements import obstacles_of_version
from smartcity_share.install.runtime import record_of
from smartcity_share.install.secret_files import read_secret
from smartcity_share.install.settings_change import settings_outcome
from smartcity_share.install.settings_migration import MigratedSettings, migrate_settings
from smartcity_share.install.source import AppSource, opened_source
from smartcity_share.install.staging import environment_of, staged
from smartcity_share.install.upgrade_judging import change_of_tables, room_refusals, told_of_version
from smartcity_share.install.upgrade_planning import OverridesFacts, UpgradeFacts, plan_upgrade, version_refusals
from smartcity_share.package.changes import news_between

if TYPE_CHECKING:
    from smartcity_share.hooks.registry import AppRegistry
    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord, SettingValue

Choices = Mapping[str, Choice]


@attrs.frozen
class PreparedUpgrade:
    """An installation and the version it can be brought to, waiting for answers and choices.

    Attributes:
        instance: The instance.
        record: The installation.
        source: The new version.
        model: The model of its settings; None for a version without settings.
        migrated: What becomes of the stored settings.
        after: How many operations there had been on the installation before it was looked at.
        environment: What becomes of the packages apps need beyond the host; None where nothing does.
    """

    instance: Instance
    record: InstallationRecord
    source: AppSource
    model: type[Settings] | None
    migrated: MigratedSettings
    after: int
    environment: EnvironmentChange | None
    _registry: AppRegistry | None

    @property
    def given(self) -> frozenset[str]:
        """The settings that have a value before anything is answered."""
        return frozenset(self.migrated.stored)

    def plan(self, answers: AnswersLike = NO_ANSWERS, choices: Choices | None = None) -> Plan:
        """Plan the upgrade; the plan says what keeps it from working.

        Args:
            answers: Values for settings.
            choices: What to take where the new version and the region changed the same: by key of the conflict, by part, or
                ``all``.
        """
        given = answers if isinstance(answers, Answers) else answers_from_mapping(answers)
        return attrs.evolve(plan_upgrade(self._facts(given, choices or {})), after=self.after)

    def apply(self, plan: Plan, actor: Actor, *, basis: str = "", watch: Watch | None = None) -> Outcome:
        """Apply a plan; see :func:`smartcity_share.install.apply.apply`."""
        return apply(plan, self.instance, actor, basis=basis, watch=watch)

    def _facts(self, answers: Answers, choices: Choices) -> UpgradeFacts:
        instance, record, source, registry = self.instance, self.record, self.source, self._registry
        epoch = source.manifest.lifecycle.data_epoch
        layout = instance.layout
        secrets = self._secrets()
        settings = settings_outcome(self.model, record.app, self.migrated.stored, secrets, answers)
        own = instance.ledger.settings(record.region, record.app)
        facts = UpgradeFacts(
            record=record,
            code=source.code,
            data_epoch=epoch,
            migrated=self.migrated,
            settings=settings,
            touched=(*own, *instance.ledger.settings(record.region, REGION_SCOPE)),
            secrets_there=frozenset(_secrets_there(instance, record)),
            overrides=OverridesFacts(),
            tables="",
            environment=self.environment,
            news=news_between(source.changes, record.version),
            notices=source.notices,
        )
        if registry is None:
            return facts
        parts = shipped_parts(registry.index.get(record.app))
        kept = read_kept(layout.overrides(record.region, record.app))
        languages = instance.profile(record.region).languages
        carried = carry(kept, parts, source.code.version, choices, languages, record.id)
        unmet, notices = readiness(instance, record.region, source, registry)
        tables = change_of_tables(instance, record, source, registry)
        where = Location(record.id)
        return attrs.evolve(
            facts,
            overrides=_overrides(layout.overrides(record.region, record.app), carried),
            tables=tables.what,
            template=tables.template,
            let_go=_one_too_many(instance, record),
            refusals=(
                *carried.faults,
                *tables.faults,
                *(Fault(code, message, where, mend) for code, message, mend in unmet),
                *room_refusals(instance, record),
            ),
            notices=(*source.notices, *carried.notices, *told_of_version(instance, record, source), *notices),
        )

    def _secrets(self) -> dict[str, str]:
        """Return the secrets of the settings as they will be; they still lie in their old places."""
        old = {target: place for place, target in self.migrated.moved}
        refs = {key: value.secret_ref for key, value in self.migrated.stored.items() if value.secret_ref is not None}
        return {key: read_secret(self.instance.layout, old.get(ref, ref)) for key, ref in refs.items()}


@contextmanager
def prepared_upgrade(
    instance: Instance,
    region: str,
    app: str,
    source: Path | CatalogueSource | AppSource | None = None,
    *,
    wheels: Sequence[Path] = (),
) -> Iterator[PreparedUpgrade]:
    """Find, judge and load the version to upgrade to; its code goes again unless the upgrade was applied inside the block.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app, perhaps with ``==VERSION``.
        source: A wheel, a project folder, a catalogue, or what was opened of one; None takes the app from the environment.
        wheels: Folders with wheels of packages it needs, besides the folder its own wheel lies in.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there.
        ProfileError: The profile of the region has faults.
        PackageError: The source cannot be used.
        ManifestError: Its manifest has faults.
        HostApiError: It is made for another range of the host API.
        RefusedError: Something keeps the installation from being upgraded to it; all reasons are in ``faults``.
        AppError: It cannot be loaded, or this process has loaded another version of it.
        OverrideError: What the region changed cannot be read.
    """
    instance.profile(region)
    after = instance.ledger.operation_count(region, app.partition("==")[0])
    record = record_of(instance, region, app.partition("==")[0])
    with opened_source(instance, app, source) as found:
        if (record.version, record.code_location) == (found.code.version, found.code.location):
            yield PreparedUpgrade(instance, record, found, None, MigratedSettings({}), after, None, None)
            return
        environment = environment_of(instance, region, found, found.beside(source), wheels, outgoing=record)
        lifecycle = found.manifest.lifecycle
        faults = (
            *version_refusals(record, found.code.version, lifecycle.data_epoch, lifecycle.upgrades_from),
            *obstacles_of_version(instance, region, found),
            *environment.faults,
        )
        if faults:
            raise RefusedError(
                f"Cannot upgrade `{record.app}` in {region} to {found.code.version}: nothing was changed",
                faults=faults,
                hint="Mend each as its line says, then try again.",
            )
        with (
            staged_environment(instance, environment.change) as packages,
            staged(instance, found, packages) as registry,
        ):
            told = attrs.evolve(found, notices=(*found.notices, *environment.notices))
            model = registry.settings_model(record.app)
            migrated = migrate_settings(
                model,
                record.app,
                _by_key(instance.ledger.settings(region, record.app)),
                _by_key(instance.ledger.settings(region, REGION_SCOPE)),
                lambda values: registry.migrate_settings(record.app, values, record.version),
            )
            yield PreparedUpgrade(instance, record, told, model, migrated, after, environment.change, registry)


def upgrade_app(
    instance: Instance,
    region: str,
    app: str,
    source: Path | CatalogueSource | AppSource | None = None,
    answers: AnswersLike = NO_ANSWERS,
    *,
    actor: Actor,
    basis: str = "",
    choices: Choices | None = None,
    watch: Watch | None = None,
) -> Outcome:
    """Upgrade an app in a region; the outcome has no operation where it has the version already.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app, perhaps with ``==VERSION``.
        source: A wheel, a project folder, a catalogue, or what was opened of one; None takes the app from the environment.
        answers: Values for settings, by key.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        choices: What to take where the new version and the region changed the same.
        watch: Told of each step before it begins.

    Raises:
        SmartCityError: What :func:`prepared_upgrade` and :func:`smartcity_share.install.apply.apply` raise.
    """
    with prepared_upgrade(instance, region, app, source) as prepared:
        return prepared.apply(prepared.plan(answers, choices), actor, basis=basis, watch=watch)


def _by_key(values: Iterable[SettingValue]) -> dict[str, SettingValue]:
    return {value.key: value for value in values}


def _secrets_there(instance: Instance, record: InstallationRecord) -> Iterator[str]:
    for scope in (record.app, REGION_SCOPE):
        folder = instance.layout.secrets(record.region, scope)
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_file():
                yield path.relative_to(instance.folder).as_posix()


def _overrides(path: Path, carried: Carried) -> OverridesFacts:
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    after = to_text(carried.kept) if carried.kept else None
    return OverridesFacts(before, after, tuple(map(str, carried.changed or carried.kept)))


def _one_too_many(instance: Instance, record: InstallationRecord) -> tuple[tuple[str, str | None], ...]:
    """Return the kept states that go with the one an operation adds."""
    keep = instance.config.limits.kept_states - 1
    states = KeptStates(instance, record.region, record.app).all()
    return tuple((state.name, state.record.code_location) for state in states[keep:])

"""Installing an app: find it, judge it, load it, plan, apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from smartcity_share.errors import RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.answers import NO_ANSWERS, Answers, answers_from_mapping
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.catalogues import CatalogueSource
from smartcity_share.install.environments.change import EnvironmentChange
from smartcity_share.install.environments.staging import staged_environment
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.plan import Plan
from smartcity_share.install.planning import InstallFacts, plan_install
from smartcity_share.install.readiness import readiness
from smartcity_share.install.requirements import obstacles
from smartcity_share.install.secret_files import read_secret
from smartcity_share.install.settings_change import settings_outcome
from smartcity_share.install.settings_store import stored_settings
from smartcity_share.install.source import AppSource, opened_source
from smartcity_share.install.staging import environment_of, staged
from smartcity_share.install.templates import template_name

if TYPE_CHECKING:
    from smartcity_share.hooks.registry import AppRegistry
    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.instance import Instance

AnswersLike = Answers | Mapping[str, Any]


@attrs.frozen
class PreparedInstall:
    """An app that is found, judged and loaded, waiting for answers.

    Attributes:
        instance: The instance.
        region: Code of the region.
        source: The app.
        model: The model of its settings; None for an app without settings.
        given: The settings that have a value before anything is answered: those the region shares.
        after: How many operations there had been on the app in the region before it was looked at.
        environment: What becomes of the packages apps need beyond the host; None where nothing does.
    """

    instance: Instance
    region: str
    source: AppSource
    model: type[Settings] | None
    given: frozenset[str]
    after: int
    environment: EnvironmentChange | None
    _registry: AppRegistry

    def plan(self, answers: AnswersLike = NO_ANSWERS) -> Plan:
        """Plan the install with these answers; the plan says what is wrong with them."""
        facts = self._facts(answers if isinstance(answers, Answers) else answers_from_mapping(answers))
        return attrs.evolve(plan_install(facts), after=self.after)

    def apply(self, plan: Plan, actor: Actor, *, basis: str = "", watch: Watch | None = None) -> Outcome:
        """Apply a plan; see :func:`smartcity_share.install.apply.apply`."""
        return apply(plan, self.instance, actor, basis=basis, watch=watch)

    def _facts(self, answers: Answers) -> InstallFacts:
        instance, app, code = self.instance, self.source.app, self.source.code
        schema = self._registry.database_schema(app)
        template = None
        if schema is not None:
            template = template_name(instance, app, code.version, schema)
        stored = stored_settings(instance.ledger, self.model, self.region, app)
        secrets = {key: read_secret(instance.layout, value.secret_ref) for key, value in stored.items() if value.secret_ref}
        unmet, notices = readiness(instance, self.region, self.source, self._registry)
        return InstallFacts(
            region=self.region,
            app=app,
            code=code,
            data_epoch=self.source.manifest.lifecycle.data_epoch,
            template=template,
            template_kept=template is not None and (instance.layout.templates / template).is_file(),
            settings=settings_outcome(self.model, app, stored, secrets, answers),
            unmet=unmet,
            notices=(*self.source.notices, *notices),
            environment=self.environment,
        )


@contextmanager
def prepared_install(
    instance: Instance,
    region: str,
    app: str | None = None,
    source: Path | CatalogueSource | None = None,
    *,
    wheels: Sequence[Path] = (),
) -> Iterator[PreparedInstall]:
    """Find, judge and load an app; what was unpacked for that goes again unless it was installed inside the block.

    Args:
        instance: The instance.
        region: Code of the region.
        app: Id of the app, perhaps with ``==VERSION``; None takes what the source holds.
        source: A wheel, a project folder or a catalogue; None takes the app from the environment.
        wheels: Folders with wheels of packages it needs, besides the folder its own wheel lies in.

    Raises:
        RegionNotFoundError: The instance does not serve the region.
        ProfileError: The profile of the region has faults.
        PackageError: The source cannot be used.
        ManifestError: The manifest has faults.
        HostApiError: The app is made for another range of the host API.
        RefusedError: Something keeps it from being installed; all reasons are in ``faults``.
        AppError: The app cannot be loaded.
    """
    instance.profile(region)
    with opened_source(instance, app, source) as found:
        after = instance.ledger.operation_count(region, found.app)
        environment = environment_of(instance, region, found, found.beside(source), wheels)
        faults = (*obstacles(instance, region, found), *environment.faults)
        if faults:
            raise RefusedError(
                f"Cannot install `{found.app}` in {region}: nothing was changed",
                faults=faults,
                hint="Mend each as its line says, then try again.",
            )
        with (
            staged_environment(instance, environment.change) as packages,
            staged(instance, found, packages) as registry,
        ):
            model = registry.settings_model(found.app)
            shared = {value.key for value in instance.ledger.settings(region, REGION_SCOPE)}
            given = frozenset(shared & set(model.model_fields)) if model is not None else frozenset()
            told = attrs.evolve(found, notices=(*found.notices, *environment.notices))
            yield PreparedInstall(instance, region, told, model, given, after, environment.change, registry)


def install_app(
    instance: Instance,
    region: str,
    source: Path | CatalogueSource | None = None,
    answers: AnswersLike = NO_ANSWERS,
    *,
    app: str | None = None,
    actor: Actor,
    basis: str = "",
    watch: Watch | None = None,
    wheels: Sequence[Path] = (),
) -> Outcome:
    """Install an app in a region.

    Args:
        instance: The instance.
        region: Code of the region.
        source: A wheel, a project folder or a catalogue; None takes the app from the environment.
        answers: Values for its settings, by key.
        app: Id of the app; needed where there is no source.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        watch: Told of each step before it begins.
        wheels: Folders with wheels of packages it needs, besides the folder its own wheel lies in.

    Raises:
        SmartCityError: What :func:`prepared_install` and :func:`smartcity_share.install.apply.apply` raise.
    """
    with prepared_install(instance, region, app, source, wheels=wheels) as prepared:
        return prepared.apply(prepared.plan(answers), actor, basis=basis, watch=watch)

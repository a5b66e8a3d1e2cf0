"""Steps that call the app."""

from __future__ import annotations

from typing import ClassVar

import attrs

from smartcity_share.errors import HookCallError, OperationError, SmartCityError
from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.values import Health, HealthState
from smartcity_share.install.runtime import make_installation, record_of
from smartcity_share.install.steps.base import Probe, Step, StepContext


@attrs.frozen
class Provision(Step):
    """Let the app prepare the new installation."""

    name: ClassVar[str] = "provision"

    def describe(self) -> str:
        """Return what the step will do."""
        return "let the app prepare itself"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - only the app knows, and its hook may run again
        """Never say it is done: the hook is safe to run again."""
        return Probe.PARTIAL

    def do(self, context: StepContext) -> None:
        """Call the hook."""
        context.instance.registry_for(context.region, context.app).provision(context.app, opened(context))

    def undo(self, context: StepContext) -> None:
        """Let the app release what it took outside; rows and files go with their own steps."""
        try:
            deprovision(context)
        except HookCallError:
            raise
        except SmartCityError as error:  # it cannot be opened, so it was never handed to the app either
            context.notices.append(f"not asked to release anything: {error}")


@attrs.frozen
class Deprovision(Step):
    """Let the app release what it holds outside its own database and files."""

    name: ClassVar[str] = "deprovision"

    def describe(self) -> str:
        """Return what the step will do."""
        return "let the app release what it holds outside"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - only the app knows, and its hook may run again
        """Never say it is done: the hook is safe to run again."""
        return Probe.PARTIAL

    def do(self, context: StepContext) -> None:
        """Call the hook."""
        deprovision(context)

    def undo(self, context: StepContext) -> None:
        """Let the app take it again."""
        context.instance.registry_for(context.region, context.app).provision(context.app, opened(context))


@attrs.frozen
class HealthProbe(Step):
    """Ask the app how the installation is. Only what the app says counts as success.

    Attributes:
        may_fail: Whether the installation had failed before too: a change that mends one of two faults is kept.
    """

    name: ClassVar[str] = "health-probe"

    may_fail: bool = False

    def describe(self) -> str:
        """Return what the step will do."""
        return "ask the app whether it works"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - asking is the step
        """Never say it is done."""
        return Probe.NOT

    def do(self, context: StepContext) -> None:
        """Ask.

        Raises:
            OperationError: The app says it has failed, raised, or did not answer in time.
        """
        raised = None
        try:
            health = health_of(context)
        except SmartCityError as error:
            raised = error  # the cause is kept: a database that was away is no fault of the app
            health = Health(HealthState.FAILED, str(error), error.hint or "")
        if health.state is HealthState.FAILED and not self.may_fail:
            raise OperationError(f"The app says it does not work: {health.message}", hint=health.mend or None) from raised
        if health.state is not HealthState.OK:
            context.notices.append(f"{health.state}: {health.message} {health.mend}".strip())

    def undo(self, context: StepContext) -> None:
        """Nothing was changed."""


def health_of(context: StepContext) -> Health:
    """Return what the app says of the installation, in the time ``instance.toml`` gives an app.

    Raises:
        SmartCityError: The app raised.
    """
    registry = context.instance.registry_for(context.region, context.app)
    return registry.told_health(context.app, opened(context), context.instance.config.limits.health_seconds)


def opened(context: StepContext) -> Installation:
    """Return the installation, in whatever state it is."""
    registry = context.instance.registry_for(context.region, context.app)
    record = record_of(context.instance, context.region, context.app)
    return make_installation(context.instance, record, registry.app(context.app))


def deprovision(context: StepContext) -> None:
    """Call the hook of an app that has it; an app that cannot even be loaded holds nothing this process could release."""
    registry = context.instance.registry_for(context.region, context.app)
    if registry.fault(context.app) is None and registry.implements(context.app, "deprovision"):
        registry.deprovision(context.app, opened(context))

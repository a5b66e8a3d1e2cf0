"""The only caller of hooks: one typed method each, for one app at a time, with every foreign exception turned into an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from smartcity_share.errors import HookCallError, HookError, SmartCityError
from smartcity_share.hooks import returns
from smartcity_share.hooks.blame import call_mend, cause_text, place_in
from smartcity_share.hooks.discover import AppIndex
from smartcity_share.hooks.discovered import DiscoveredApp
from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.load import LoadedApp, load
from smartcity_share.hooks.sentence import Sentence
from smartcity_share.hooks.trace import HookTrace
from smartcity_share.hooks.values import (
    DatabaseSchema,
    Dataset,
    Delivery,
    Health,
    HealthState,
    IndicatorValue,
    Job,
    Message,
    ReadinessAnswer,
)
from smartcity_share.hooks.waiting import NoAnswerError, SharedCalls

if TYPE_CHECKING:
    import click
    from starlette.types import ASGIApp

    from smartcity_share.hooks.region_facts import RegionFacts
from smartcity_share.hooks.settings import Settings

_T = TypeVar("_T")

HEALTH_TIMEOUT = 5.0
"""Seconds an app has to answer ``check_health``."""


class AppRegistry:
    """The apps of a process, loaded on first use.

    Every method named after a hook takes the app id first and raises, unless it says otherwise:

    * what :meth:`app` raises, where the app cannot be loaded;
    * :class:`~smartcity_share.errors.HookCallError`, where the app raised; the exception is its ``__cause__``;
    * :class:`~smartcity_share.errors.HookError`, where the app returned something of the wrong type.

    An app that does not implement the hook has nothing to say: None, or an empty tuple. May be used from several threads.

    Args:
        index: The apps that were found.
        trace: Whether each call is printed to standard error; the environment variable ``SMARTCITY_TRACE_HOOKS=1`` if None.
    """

    def __init__(self, index: AppIndex, *, trace: bool | None = None) -> None:
        self.index = index
        self._trace = HookTrace(trace)
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._loaded: dict[str, LoadedApp | SmartCityError] = {}
        self._health = SharedCalls()

    # -- apps --------------------------------------------------------------------------------------------------------------

    def app(self, app_id: str) -> LoadedApp:
        """Return a loaded app. It is loaded once; a fault is remembered and raised again.

        Raises:
            AppNotFoundError: No app has this id.
            SmartCityError: What :func:`smartcity_share.hooks.load.load` raises.
        """
        discovered = self.index.get(app_id)
        with self._lock:
            mine = self._loading.setdefault(app_id, threading.Lock())
        with mine:  # one lock per app: an app that is slow to import holds up nobody else
            found = self._loaded.get(app_id)
            if found is None:
                found = self._loaded[app_id] = _loaded_or_fault(discovered)
        if isinstance(found, LoadedApp):
            return found
        raise found.with_traceback(None)

    def fault(self, app_id: str) -> SmartCityError | None:
        """Return why an app cannot be loaded, None where it can; loads it."""
        try:
            self.app(app_id)
        except SmartCityError as error:
            return error
        return None

    def implements(self, app_id: str, hook: str) -> bool:
        """Whether the app implements a hook; loads it."""
        return hook in self.app(app_id).hooks

    # -- describe ----------------------------------------------------------------------------------------------------------

    def settings_model(self, app_id: str) -> type[Settings] | None:
        """Return the model of the settings; None for an app without settings.

        Raises:
            HookError: Also where the manifest names a setting for the title that the model does not have.
        """
        model = self._call(app_id, "settings_model", returns.settings_model)
        named = self.app(app_id).manifest.app.title_setting
        if named is not None and (model is None or named not in model.model_fields):
            from smartcity_share.documents.suggest import did_you_mean

            raise HookError(
                f"App `{app_id}`: `[app] title_setting` in its manifest names `{named}`, which is none of its settings.",
                hint=did_you_mean(named, model.model_fields if model else ())
                or "Its maker names a setting, or removes the key.",
            )
        return model

    def check_readiness(self, app_id: str, region: RegionFacts) -> tuple[ReadinessAnswer, ...]:
        """Return what the app's probes found in the region."""
        return self._call(app_id, "check_readiness", returns.many(ReadinessAnswer), region=region)

    # -- install -----------------------------------------------------------------------------------------------------------

    def database_schema(self, app_id: str) -> DatabaseSchema | None:
        """Return the tables; None for an app that stores nothing."""
        return self._call(app_id, "database_schema", returns.one(DatabaseSchema))

    def provision(self, app_id: str, installation: Installation) -> None:
        """Let the app prepare a new installation."""
        self._call(app_id, "provision", returns.nothing, installation=installation)

    def migrate_settings(self, app_id: str, values: Mapping[str, Any], from_version: str) -> Mapping[str, Any]:
        """Return the settings for this version; the ones given where the app has nothing to say."""
        found = self._call(app_id, "migrate_settings", returns.settings_values, values=dict(values), from_version=from_version)
        return values if found is None else found

    def after_upgrade(self, app_id: str, installation: Installation, from_version: str) -> None:
        """Let the app finish an upgrade."""
        self._call(app_id, "after_upgrade", returns.nothing, installation=installation, from_version=from_version)

    # -- serve -------------------------------------------------------------------------------------------------------------

    def asgi_app(self, app_id: str) -> ASGIApp | None:
        """Return the ASGI application; None for an app without pages."""
        return self._call(app_id, "asgi_app", returns.asgi_app)

    def jobs(self, app_id: str) -> tuple[Job, ...]:
        """Return the code behind the jobs."""
        return self._call(app_id, "jobs", returns.many(Job))

    def commands(self, app_id: str) -> tuple[click.Command, ...]:
        """Return the app's own commands."""
        return self._call(app_id, "commands", returns.commands)

    def deliver_message(self, app_id: str, installation: Installation, message: Message) -> Delivery | None:
        """Let a connector deliver a message; None where it says nothing about it."""
        return self._call(app_id, "deliver_message", returns.one(Delivery), installation=installation, message=message)

    # -- report ------------------------------------------------------------------------------------------------------------

    def check_health(self, app_id: str, installation: Installation, timeout: float = HEALTH_TIMEOUT) -> Health:
        """Return how an installation is. Never raises for a fault of the app: it is the answer.

        Args:
            app_id: The app.
            installation: The installation to look at.
            timeout: Seconds to wait for the answer.
        """
        try:
            return self.told_health(app_id, installation, timeout)
        except SmartCityError as error:
            return Health(HealthState.FAILED, str(error), error.hint or "")

    def told_health(self, app_id: str, installation: Installation, timeout: float = HEALTH_TIMEOUT) -> Health:
        """Return what the app itself says of an installation, for who wants to know why it could not say anything.

        The app answers in a thread of its own. While one question is open, the same question waits for that answer and does
        not start another thread, so that an app that hangs costs one thread however often it is asked.

        Args:
            app_id: The app.
            installation: The installation to look at.
            timeout: Seconds to wait for the answer.
        """
        try:
            return self._health.ask(
                (app_id, installation.id),
                lambda: self._call(app_id, "check_health", returns.health, installation=installation),
                timeout,
            )
        except NoAnswerError:
            return Health(
                HealthState.FAILED,
                Sentence("App `%(app)s`: check_health did not answer in %(seconds)s s.", app=app_id, seconds=f"{timeout:g}"),
                Sentence(
                    "See that what it waits for (a network address, a lock, a disk) answers, then ask again; "
                    "if it goes on, send this message to the maker of the app."
                ),
            )

    def indicators(self, app_id: str, installation: Installation) -> tuple[IndicatorValue, ...]:
        """Return the present values of the indicators."""
        return self._call(app_id, "indicators", returns.many(IndicatorValue), installation=installation)

    def datasets(self, app_id: str, installation: Installation) -> tuple[Dataset, ...]:
        """Return the open data; the rows of each data set are a tuple."""
        return self._call(app_id, "datasets", returns.datasets, installation=installation)

    # -- leave -------------------------------------------------------------------------------------------------------------

    def export_data(self, app_id: str, installation: Installation, target: Path) -> None:
        """Let the app write everything the region owns in it to an empty folder."""
        self._call(app_id, "export_data", returns.nothing, installation=installation, target=target)

    def import_data(self, app_id: str, installation: Installation, source: Path) -> None:
        """Let the app read what it exported."""
        self._call(app_id, "import_data", returns.nothing, installation=installation, source=source)

    def deprovision(self, app_id: str, installation: Installation) -> None:
        """Let the app release what it holds outside its own database and files."""
        self._call(app_id, "deprovision", returns.nothing, installation=installation)

    # ----------------------------------------------------------------------------------------------------------------------

    def _call(self, app_id: str, hook: str, read: Callable[[object], _T], **arguments: object) -> _T:
        """Call one hook of one app and read its result, all of it inside the guard: a generator raises while it is read."""
        app = self.app(app_id)
        package = app.discovered.module.partition(".")[0]
        with self._trace.call(app_id, hook, arguments):
            try:
                return read(app.call(hook, **arguments))
            except KeyboardInterrupt:
                raise
            except returns.WrongReturnError as wrong:
                raise HookError(
                    f"App `{app_id}`: hook `{hook}` returned {wrong.found}; wanted: {wrong.wanted}.",
                    hint=f"Its maker corrects what `{hook}` returns.",
                ) from None
            except BaseException as cause:
                raise HookCallError(
                    f"App `{app_id}` raised in hook `{hook}`: {cause_text(cause)}.",
                    where=place_in(cause, package),
                    hint=call_mend(cause),
                ) from cause


def _loaded_or_fault(discovered: DiscoveredApp) -> LoadedApp | SmartCityError:
    try:
        return load(discovered)
    except SmartCityError as error:
        return error

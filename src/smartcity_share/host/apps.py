"""The apps of the process: each loaded once, served to every region, and faulted alone."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread
import attrs

from smartcity_share.errors import AppStartError, SmartCityError
from smartcity_share.host.lifespan import AppLifespan
from smartcity_share.manifest.access import PageMatcher

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from smartcity_share.install.instance import Instance
    from smartcity_share.manifest.model import Manifest, Page

LOAD_SECONDS: Final = 60.0
_MOST_REMEMBERED: Final = 4096

_log = logging.getLogger(__name__)


@attrs.frozen(eq=False)
class AppRuntime:
    """One app as it is served, or why it is not.

    Attributes:
        app_id: Id of the app.
        version: The version that was loaded; empty where none was.
        manifest: Its manifest, if it was loaded.
        asgi: Its application; None for an app without pages.
        fault: What keeps it from being served.
        lifespan: Its start and stop, where it was started.
    """

    app_id: str
    version: str = ""
    manifest: Manifest | None = None
    asgi: ASGIApp | None = None
    fault: SmartCityError | None = None
    lifespan: AppLifespan | None = None
    _matcher: PageMatcher = attrs.field(factory=lambda: PageMatcher(()))
    _pages: dict[tuple[str, str], Page | None] = attrs.field(factory=dict, repr=False)

    @property
    def state(self) -> dict[str, Any]:
        """What the app's lifespan wants each request to carry; a copy."""
        return {} if self.lifespan is None else self.lifespan.state.copy()

    def page(self, path: str, method: str) -> Page | None:
        """Return the ``[[page]]`` that decides on a request; remembered."""
        key = (path, method)
        try:
            return self._pages[key]
        except KeyError:
            if len(self._pages) >= _MOST_REMEMBERED:
                self._pages.clear()
            found = self._pages[key] = self._matcher.match(path, method)
            return found


class Apps:
    """The apps of an instance, loaded when they are first asked for or when the host starts.

    Args:
        instance: The instance.
        load_seconds: How long an app may take to be imported.
    """

    def __init__(self, instance: Instance, *, load_seconds: float = LOAD_SECONDS) -> None:
        self._instance = instance
        self._load_seconds = load_seconds
        self._runtimes: dict[str, AppRuntime] = {}
        self._loading: dict[str, asyncio.Task[AppRuntime]] = {}
        self._with_lifespan = False

    def get(self, app_id: str) -> AppRuntime | None:
        """Return an app that was loaded or failed to; None where nobody asked for it yet."""
        return self._runtimes.get(app_id)

    @property
    def known(self) -> tuple[AppRuntime, ...]:
        """The apps that were asked for."""
        return tuple(self._runtimes.values())

    async def load(self, app_id: str) -> AppRuntime:
        """Return an app, loading it if nobody did; requests that ask meanwhile wait for the same load."""
        found = self._runtimes.get(app_id)
        if found is not None:
            return found
        task = self._loading.get(app_id)
        if task is None or task.get_loop() is not asyncio.get_running_loop():
            task = self._loading[app_id] = asyncio.create_task(self._load(app_id))
            task.add_done_callback(lambda _: self._loading.pop(app_id, None))
        return await asyncio.shield(task)

    def renew(self) -> None:
        """Give faulted apps another try: something was installed or changed."""
        self._runtimes = {app_id: runtime for app_id, runtime in self._runtimes.items() if runtime.fault is None}

    async def start(self) -> None:
        """Load and start every app that an installation uses; called once, when the host starts."""
        self._with_lifespan = True
        records = await anyio.to_thread.run_sync(self._instance.ledger.installations)
        for app_id in sorted({record.app for record in records}):
            await self.load(app_id)

    async def stop(self) -> None:
        """Stop every app that was started."""
        self._with_lifespan = False
        for runtime in self.known:
            if runtime.lifespan is not None:
                await runtime.lifespan.stop()
        self._runtimes = {}

    async def _load(self, app_id: str) -> AppRuntime:
        try:
            with anyio.fail_after(self._load_seconds):
                runtime = await anyio.to_thread.run_sync(self._import, app_id, abandon_on_cancel=True)
            if self._with_lifespan and runtime.asgi is not None:
                lifespan = AppLifespan(app_id, runtime.asgi)
                await lifespan.start()
                runtime = attrs.evolve(runtime, lifespan=lifespan)
        except TimeoutError:
            runtime = AppRuntime(
                app_id,
                fault=AppStartError(
                    f"App `{app_id}` could not be loaded within {self._load_seconds:g} seconds.",
                    hint="See what its module waits for when it is imported.",
                ),
            )
        except SmartCityError as error:
            runtime = AppRuntime(app_id, fault=error)
        if runtime.fault is not None:
            _log.error("App %s is not served: [%s] %s", app_id, runtime.fault.code, runtime.fault, exc_info=runtime.fault)
        self._runtimes[app_id] = runtime
        return runtime

    def _import(self, app_id: str) -> AppRuntime:
        registry = self._instance.registry()
        loaded = registry.app(app_id)
        asgi = registry.asgi_app(app_id)
        return AppRuntime(
            app_id, version=loaded.version, manifest=loaded.manifest, asgi=asgi, matcher=PageMatcher(loaded.manifest.pages)
        )

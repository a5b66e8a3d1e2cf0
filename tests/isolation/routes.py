"""Every route there is: from the pages of the manifests, and from the route tables of the applications that run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs
from starlette.routing import BaseRoute, Mount, Route, Router

from smartcity_share.host.app import Host

PARAMETER: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")


@attrs.frozen(order=True)
class Way:
    """One route below the root of a region.

    Attributes:
        app: Id of the app; empty for the host's own pages.
        path: Its path with the parameters in braces, as ``/echo/desk/{number}``.
        method: The method.
    """

    app: str
    path: str
    method: str

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Name and kind of each parameter."""
        return tuple((name, kind or "str") for name, kind in PARAMETER.findall(self.path))

    def filled(self, values: Iterable[str]) -> str:
        """Return the path with a value for each parameter, in order."""
        given = iter(values)
        return PARAMETER.sub(lambda _: next(given), self.path)


def ways(host: Host, region: str) -> tuple[Way, ...]:
    """Return every way into a region, sorted.

    Args:
        host: The host, started.
        region: Code of the region; the apps it has are asked.
    """
    instance = host.services.instance
    found: set[Way] = set(_own(host))
    for record in instance.ledger.installations(region):
        runtime = host.apps.get(record.app)
        if runtime is None or runtime.manifest is None:
            continue
        for page in runtime.manifest.pages:
            methods = page.methods or ("GET", "POST")
            found.update(Way(record.app, f"/{record.app}{page.path}", method) for method in methods)
        found.update(
            Way(record.app, f"/{record.app}{path}", method) for path, method in _table(getattr(runtime.asgi, "routes", ()))
        )
    return tuple(sorted(found))


def _own(host: Host) -> Iterator[Way]:
    """Return the ways of the console, whichever of its attributes hold routers."""
    console: Any = host._dispatch._console
    for router in vars(console).values():
        if isinstance(router, Router):
            for path, method in _table(router.routes):
                yield Way("", path, method)


def _table(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route):
            for method in sorted((route.methods or {"GET", "POST", "PUT", "DELETE"}) - {"HEAD"}):
                yield route.path, method
        elif isinstance(route, Mount):
            inner = list(_table(route.routes or ()))
            yield from ((f"{route.path}{path}", method) for path, method in inner or [("/x", "GET")])
        else:
            raise TypeError(f"{route!r} is of a kind this test does not know; its pages would not be looked at")

"""Rule: every address of the app is covered by a ``[[page]]``, and every ``[[page]]`` by an address."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_share.errors import Fault
from smartcity_share.manifest.model import Page
from smartcity_share.package.across.base import Parts
from smartcity_share.package.interview import Route


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault for each address the host would answer 404 for, and each page nothing answers."""
    routes = None if parts.interview is None else parts.interview.routes
    if routes is None:
        return  # not asked, or an application whose addresses cannot be told
    pages = parts.manifest.pages
    for index, page in enumerate(pages):
        if not any(_meet(page, route) and (_at_or_beneath(page, route) or _serves_all(route)) for route in routes):
            yield Fault(
                "page-not-served",
                f"The app serves nothing at `{page.path}` or beneath it{_methods(page.methods)}",
                parts.key("page", index, "path"),
                "Add a route to the application, or take the entry away.",
            )
    for route in routes:
        if not any(_meet(page, route) and (_at_or_beneath(page, route) or route.beneath) for page in pages):
            yield Fault(
                "page-undeclared",
                f"The app serves `{route.path}`{_methods(route.methods)}, which no `[[page]]` covers: the host answers 404",
                parts.key("page"),
                f'Add a `[[page]]` with `path = "{_plain(route.path)}"` and say who may open it, or remove the route.',
            )


def _meet(page: Page, route: Route) -> bool:
    """Whether one request can be meant by both: their paths agree as far as both go, and so do their methods."""
    ways = zip(_parts(page.path), _parts(route.path), strict=False)
    methods = not page.methods or not route.methods or set(page.methods) & set(route.methods)
    return bool(methods) and all(one == other or "{" in one or "{" in other for one, other in ways)


def _at_or_beneath(page: Page, route: Route) -> bool:
    return len(_parts(page.path)) <= len(_parts(route.path))


def _serves_all(route: Route) -> bool:
    return route.beneath or route.path.endswith(":path}")


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _plain(path: str) -> str:
    """Return a path as a manifest writes it: without the converters of a router."""
    return "/" + "/".join(part.partition(":")[0] + "}" if ":" in part and part.endswith("}") else part for part in _parts(path))


def _methods(methods: tuple[str, ...]) -> str:
    return f" for {', '.join(methods)}" if methods else ""

"""The first page of the console: what is installed in the region and how it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.console.context import address, draw, region_of, services_of, texts_of
from smartcity_share.console.paths import APPS
from smartcity_share.console.shown import Wordsmith
from smartcity_share.console.status import statuses
from smartcity_share.toolkit.request import actor_of, shell_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def overview(request: Request) -> Response:
    """Show every app of the region with its state, health and first figures."""
    services, region, shell = services_of(request), region_of(request), shell_of(request)
    words = Wordsmith(texts_of(request), shell.language, shell.currency)
    found = statuses(services.instance, services.instance.ledger.installations(region.code))
    context = {
        "apps": [words.app(status, address(request, f"{APPS}/{status.record.app}")) for status in found],
        "well": sum(status.well for status in found),
        "users": len(services.accounts.list(region.code)) if actor_of(request).may("console.users") else None,
    }
    return draw(request, "overview", context)

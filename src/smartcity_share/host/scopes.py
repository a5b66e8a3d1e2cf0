"""The scopes that an app and the console are called with: what the server said, and what the host knows of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.host.access import actor_on_console
from smartcity_share.host.cookies import without_session
from smartcity_share.host.visit import REQUEST_ID_KEY, VISIT_KEY, Visit
from smartcity_share.toolkit.request import ACTOR_KEY

if TYPE_CHECKING:
    from starlette.types import Scope

    from smartcity_share.host.routing import RegionContext
    from smartcity_share.host.services import Services

REGION_KEY: Final = "smartcity.region"
SERVICES_KEY: Final = "smartcity.services"


def app_scope(scope: Scope, visit: Visit, given: Mapping[str, Any], state: Mapping[str, Any]) -> Scope:
    """Return what an app is called with; nothing of it is shared with the next request but what the host gives to all."""
    caller = visit.caller
    cookies = caller.standing.cookies
    headers = scope["headers"]
    found = {
        **scope,
        **given,
        "state": {**state},
        "headers": headers if cookies.token is None else without_session(headers, cookies),
        REQUEST_ID_KEY: visit.request_id,
    }
    client = scope.get("client")
    if client is None or client[0] != caller.address:
        found["client"] = (caller.address, 0)
    return found


def console_scope(scope: Scope, visit: Visit, region: RegionContext | None, services: Services) -> Scope:
    """Return what the console is called with; without a region for the pages of the instance itself."""
    return {
        **scope,
        "root_path": "" if region is None else region.root_path,
        "scheme": visit.scheme,
        VISIT_KEY: visit,
        REQUEST_ID_KEY: visit.request_id,
        REGION_KEY: region,
        SERVICES_KEY: services,
        ACTOR_KEY: actor_on_console(visit.session),
    }

"""The page on which officials see how many notices wait, and have those tried again that were given up."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.sending import how_notices_are, send_again
from smartcity_complaints.web.frame import PRIVATE, draw, see_other
from smartcity_complaints.workflow import Permission
from smartcity_share.toolkit import actor_of, installation_of


def show(request: Request) -> Response:
    """Show how the outbox is."""
    _permitted(request)
    return draw(request, "notices.html", {"standing": how_notices_are(installation_of(request))}, headers=PRIVATE)


def again(request: Request) -> Response:
    """Let notices that were given up wait anew."""
    _permitted(request)
    send_again(installation_of(request), actor_of(request))
    return see_other(request, "/petugas/kabar")


def _permitted(request: Request) -> None:
    if not actor_of(request).may(Permission.NOTICES):
        raise ReportNotFoundError

"""The pages of answers that went wrong, in the region's frame: what the host asks of the console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smartcity_share.console.anonymous import framed
from smartcity_share.console.context import PACKAGE, pages
from smartcity_share.host.shells import SIGN_IN
from smartcity_share.toolkit.request import shell_of
from smartcity_share.toolkit.translations import message, translations_for

ADVICE: Final[Mapping[int, str]] = {
    400: message("Go back and try again. If it goes on, open the page anew from the front page."),
    401: message("This page is for officials of the region."),
    403: message("Your account does not have the right to it. Ask the officer who manages accounts in your region."),
    404: message("Check the address, or begin at the front page."),
    405: message("Go back and try again from the page itself."),
    408: message("Your connection may be slow. Try again, with a smaller file if you sent one."),
    413: message("Send less at once: a smaller photo, or fewer files."),
    414: message("Open the page anew from the front page."),
    429: message("Wait a little and try again."),
    431: message("Delete the cookies of this site and try again."),
    500: message("Try again later."),
    503: message("Try again in a few minutes."),
}
"""Status -> what the reader can do."""


class ConsoleErrorPages:
    """Draws error pages for the host: the port :class:`smartcity_share.host.failure.ErrorPages`."""

    def render(self, scope: Mapping[str, Any], status: int, title: str, message: str, request_id: str) -> tuple[str, bytes]:
        """Return content type and body.

        Args:
            scope: The scope; its frame is used, or one of no region.
            status: The HTTP status.
            title: The heading, a message id.
            message: One sentence, a message id; may be empty.
            request_id: Id of the request, shown where somebody may ask about it.
        """
        scope = framed(scope)
        shell = shell_of(scope)
        translate = translations_for(PACKAGE, shell.language).gettext
        sentences = [translate(text) for text in (message, ADVICE.get(status, "")) if text]
        context = {
            "title": translate(title),
            "text": " ".join(sentences),
            "faults": (),
            "sign_in_url": f"{shell.home_url.rstrip('/')}{SIGN_IN}" if status == 401 and shell.region_code else None,  # noqa: PLR2004
            "reference": request_id if status >= 500 or status == 400 else "",  # noqa: PLR2004 - classes of HTTP statuses
        }
        return "text/html; charset=utf-8", pages.text(scope, "console/error.html", context).encode()

"""The pages of an app that administer it: the app serves them, its manifest declares them, the console leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.console.context import address, visit_of
from smartcity_share.host.access import actor_in, may_open
from smartcity_share.install.records import InstallationState
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.request import language_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from smartcity_share.install.records import InstallationRecord
    from smartcity_share.manifest.model import Manifest


def administration(request: Request, record: InstallationRecord, manifest: Manifest | None) -> list[tuple[str, str]]:
    """Return the pages that administer an app and that whoever asks may open, as title and address.

    Their roles in the app decide, as they do when the page is opened; those of the console give no permission in an app.

    Args:
        request: The request for a page of the console.
        record: The app in the region.
        manifest: What it says of itself; None where that cannot be read.
    """
    if manifest is None or record.state is not InstallationState.ACTIVE:
        return []
    session, language = visit_of(request).session, language_of(request)
    actor = actor_in(record.app, manifest, session)
    return [
        (text_in(page.title, language), address(request, f"/{record.app}{page.path}"))
        for page in manifest.pages
        if page.console and may_open(page, actor, session)
    ]

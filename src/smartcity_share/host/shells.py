"""The page frames the host hands to apps: built from the region and who asks, and remembered.

A frame depends on the region, the language, the app and the session; the same one serves every request that agrees in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from smartcity_share.host.access import actor_in, actor_on_console, may_open
from smartcity_share.host.routing import OWN_SPACE, RegionContext
from smartcity_share.toolkit.frame import frame_of
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.shell import AccountMenu, MenuEntry, Shell

if TYPE_CHECKING:
    from smartcity_share.host.sessions import Session
    from smartcity_share.manifest.model import Manifest

_MOST_REMEMBERED: Final = 4096

SIGN_IN: Final = f"/{OWN_SPACE}/masuk"
SIGN_OUT: Final = f"/{OWN_SPACE}/keluar"
PASSWORD: Final = f"/{OWN_SPACE}/sandi"
CONSOLE: Final = f"/{OWN_SPACE}/konsol"

ShellKey = tuple[str, str, str, str, bytes | None]


class NamedApp(NamedTuple):
    """An app of a region, as its menu shows it.

    Attributes:
        app: Its id.
        manifest: What it says of itself.
        title: What the region calls it, per language.
    """

    app: str
    manifest: Manifest
    title: Mapping[str, str]


class Shells:
    """Builds and remembers page frames.

    Args:
        now: The clock, aware UTC.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: dict[ShellKey, Shell] = {}
        self._hour = -1

    def key(self, region: RegionContext, app: str, language: str, session: Session | None) -> ShellKey:
        """Return what a frame depends on."""
        return region.code, region.root_path, app, language, None if session is None else session.token_hash

    def get(self, key: ShellKey) -> Shell | None:
        """Return a frame that was built before."""
        return self._known.get(key)

    def forget(self) -> None:
        """Drop every frame: apps, profiles or roles changed."""
        self._known = {}

    def turn_hour(self) -> bool:
        """Drop every frame when a new hour has begun: somewhere a new day has, and officials' terms begin and end with days.

        Returns:
            Whether a new hour has begun.
        """
        hour = self._now().hour
        if hour == self._hour:
            return False
        self._hour = hour
        self.forget()
        return True

    def build(
        self,
        region: RegionContext,
        app: str,
        language: str,
        session: Session | None,
        apps: Iterable[NamedApp],
    ) -> Shell:
        """Build a frame and remember it.

        Args:
            region: The region.
            app: Id of the app whose page is shown, ``_`` or empty for the host's own pages.
            language: Language of the page.
            session: The session, if any.
            apps: The apps of the region that are in use.
        """
        root = region.root_path
        menu = tuple(
            MenuEntry(
                title=text_in(one.title, language),
                url=f"{root}/{one.app}{path}",
                current=one.app == app,
                summary=text_in(one.manifest.app.summary, language),
                icon_url=f"{root}/{OWN_SPACE}/ikon/{one.app}" if one.manifest.media.icon else None,
            )
            for one in apps
            if one.manifest.app.kind == "app" and (path := _entrance(one.app, one.manifest, session)) is not None
        )
        today = self._now().astimezone(ZoneInfo(region.profile.time_zone)).date()
        shell = frame_of(
            region.profile, root=root, language=language, on=today, menu=menu, account=_account_menu(root, session)
        )
        if len(self._known) >= _MOST_REMEMBERED:
            self.forget()
        self._known[self.key(region, app, language, session)] = shell
        return shell


def _entrance(app_id: str, manifest: Manifest, session: Session | None) -> str | None:
    """Return the first page the menu leads to for who asks, ending in a slash at the app's root; None where there is none."""
    actor = actor_in(app_id, manifest, session)
    wanted = [page for page in manifest.pages if page.menu] or [page for page in manifest.pages if page.path == "/"]

    return next((page.path for page in wanted if "{" not in page.path and may_open(page, actor, session)), None)


def _account_menu(root: str, session: Session | None) -> AccountMenu:
    if session is None:
        return AccountMenu(sign_in_url=f"{root}{SIGN_IN}")
    return AccountMenu(
        name=session.name,
        sign_out_url=f"{root}{SIGN_OUT}",
        password_url=f"{root}{PASSWORD}",
        console_url=f"{root}{CONSOLE}/" if actor_on_console(session).may("console.view") else None,
    )

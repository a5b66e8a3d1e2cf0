"""The addresses of the console under a region's root, and who may open them."""

from __future__ import annotations

from typing import Final

from smartcity_share.host.shells import CONSOLE, PASSWORD, SIGN_IN, SIGN_OUT
from smartcity_share.manifest.contributions import Page

__all__ = ["APPS", "AUDIT", "CONSOLE", "CONSOLE_PAGES", "PASSWORD", "REGION", "SIGN_IN", "SIGN_OUT", "USERS"]

OWN: Final = "/_"
LANGUAGE: Final = f"{OWN}/bahasa"
APPS: Final = f"{CONSOLE}/aplikasi"
USERS: Final = f"{CONSOLE}/pengguna"
AUDIT: Final = f"{CONSOLE}/audit"
REGION: Final = f"{CONSOLE}/wilayah"

CONSOLE_PAGES: Final[tuple[Page, ...]] = (
    Page(path=f"{OWN}/static", access="public", methods=("GET",)),
    Page(path=f"{OWN}/brand.css", access="public", methods=("GET",)),
    Page(path=f"{OWN}/logo", access="public", methods=("GET",)),
    Page(path=f"{OWN}/ikon", access="public", methods=("GET",)),
    Page(path=LANGUAGE, access="public", methods=("GET",)),
    Page(path=SIGN_IN, access="public", methods=("GET", "POST")),
    # Public: signing out twice, or after the session ended, is no fault; a session that is not there cannot be ended.
    Page(path=SIGN_OUT, access="public", methods=("POST",)),
    Page(path=PASSWORD, access="signed-in", methods=("GET", "POST")),
    Page(path=CONSOLE, access="permission", permission="console.view", methods=("GET",)),
    Page(path=f"{APPS}/{{app}}", access="permission", permission="console.view", methods=("GET",)),
    Page(path=f"{APPS}/{{app}}", access="permission", permission="console.settings", methods=("POST",)),
    Page(path=USERS, access="permission", permission="console.users", methods=("GET",)),
    Page(path=f"{USERS}/{{account}}", access="permission", permission="console.users", methods=("GET", "POST")),
    Page(path=AUDIT, access="permission", permission="console.audit", methods=("GET",)),
    Page(path=REGION, access="permission", permission="console.view", methods=("GET",)),
)
"""The addresses below a region's root, like the ``[[page]]`` entries of a manifest; what no entry covers is not found.

The front page ``/`` is open to everybody and not in the table: an entry covers everything beneath its path.
"""

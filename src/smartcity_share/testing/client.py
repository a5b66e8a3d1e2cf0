"""A browser on an app, through the host: access, sessions, forgery checks and page frames are the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.testclient import TestClient

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class Client(TestClient):
    """A browser that begins every address with where the host has put the app: ``client.get("/")``.

    It has the methods of Starlette's ``TestClient``. An exception in the app is answered as the host answers it, with a
    page and status 500, and stands in the log. Redirects are followed.

    Args:
        host: The host.
        region: Code of the region.
        app: Id of the app.
        language: The language the reader has chosen; that of the region if empty.
        session: A session token, empty for a visitor.
    """

    __test__ = False  # for pytest, which takes classes by their name

    def __init__(self, host: ASGIApp, region: str, app: str, *, language: str = "", session: str = "") -> None:
        cookies = {"smartcity_language": language, "smartcity_session": session}
        headers = {"Sec-Fetch-Site": "same-origin"}
        chosen = "; ".join(f"{name}={value}" for name, value in cookies.items() if value)
        if chosen:
            headers["Cookie"] = chosen
        super().__init__(host, base_url=f"http://127.0.0.1/{region}/{app}", headers=headers, raise_server_exceptions=False)
        self._made_of = (host, region, app)
        self._session = session

    def reading(self, language: str) -> Client:
        """Return the same browser after its reader has chosen a language.

        Args:
            language: One of the region's languages, BCP 47.
        """
        host, region, app = self._made_of
        return Client(host, region, app, language=language, session=self._session)

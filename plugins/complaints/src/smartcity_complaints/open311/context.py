"""What every answer needs to know of the request: the installation, the language, and where the app is reached."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import attrs
from starlette.requests import Request

from smartcity_complaints.regional import settings_of
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.web.words import Words
from smartcity_share import Installation
from smartcity_share.toolkit import installation_of, language_of, shell_of

PATH = "/open311/v2"
"""Where the interface is, below the address of the app."""


@attrs.frozen
class Context:
    """What every answer needs to know of the request.

    Attributes:
        installation: The installation it is for.
        language: Language of names and sentences.
        app_url: Absolute address of the app, without a slash at the end.
        government: Name of the government of the region.
    """

    installation: Installation
    language: str
    app_url: str
    government: str

    @classmethod
    def of(cls, request: Request) -> Context:
        """Return the context of a request below :data:`PATH`."""
        scope = request.scope
        root = scope.get("app_root_path", scope.get("root_path", ""))
        return cls(
            installation=installation_of(request),
            language=language_of(request),
            app_url=f"{request.url.scheme}://{request.url.netloc}{root}",
            government=shell_of(request).government,
        )

    @property
    def api_url(self) -> str:
        """Absolute address of the interface, without a slash at the end."""
        return self.app_url + PATH

    @property
    def settings(self) -> ComplaintsSettings:
        """The settings of the installation."""
        return settings_of(self.installation)

    @property
    def words(self) -> Words:
        """The words of the language."""
        return Words(self.language, self.installation)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone answers are written in: that of the region."""
        return ZoneInfo(self.installation.region.time_zone)

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """What the region is known by as ``jurisdiction_id``: its code, then the domain names of the settings."""
        return (self.installation.region.code, *self.settings.open311.jurisdictions)

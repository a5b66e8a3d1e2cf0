"""A whole instance with one real app in a region, its host and console, and visitors to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from smartcity_share.console import ConsoleErrorPages, console_app
from smartcity_share.hooks.installation import Actor
from smartcity_share.host.account import Account
from smartcity_share.host.app import Host, create_host
from smartcity_share.host.passwords import PasswordHashes
from smartcity_share.host.services import Services, make_services
from smartcity_share.install.installing import install_app
from smartcity_share.install.instance import Instance
from tests.apps.factory import AppFactory, forgetting_imports
from tests.kept import Kept

NORTH: Final = "71.08"
CITY: Final = "73.71"
PASSWORD: Final = "empat kuda makan rumput"
PROFILES: Final = Path(__file__).parents[2] / "examples" / "regions"

PARKS: Final = """\
from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, SecretStr
from starlette.responses import PlainTextResponse

from smartcity_share import Health, HealthState, IndicatorValue, Sentence, Settings, hookimpl, setting


class Bench(BaseModel):
    place: str
    seats: int = 2


class ParksSettings(Settings):
    name: str = setting("Taman", title={"id": "Nama layanan", "en": "Service name"}, max_length=40)
    days: int = setting(5, title={"id": "Hari", "en": "Days"}, ge=1, le=9)
    open: bool = setting(True, title={"id": "Terbuka", "en": "Open"})
    way: Literal["mail", "sms"] = setting("mail", title={"id": "Cara", "en": "Way"}, options={"mail": {"id": "Surel"}})
    benches: list[Bench] = setting([], title={"id": "Bangku", "en": "Benches"})
    sender: str = setting("", title={"id": "Pengirim", "en": "Sender"}, scope="region")
    token: SecretStr | None = setting(None, title={"id": "Kunci", "en": "Token"})


@hookimpl
def settings_model():
    return ParksSettings


@hookimpl
def asgi_app():
    return PlainTextResponse("parks")


@hookimpl
def check_health(installation):
    if installation.settings.name == "Rusak":
        said = Sentence("%(count)s bench is broken.", count=1)
        return Health(HealthState.DEGRADED, said, "Mend the bench.")
    return Health()


@hookimpl
def indicators(installation):
    return [
        IndicatorValue("trees", 1234.0),
        IndicatorValue("trees", 12.0, {"office": "DLH"}),
        IndicatorValue("wait", None),
        IndicatorValue("unknown", 1.0),
    ]
"""

PARKS_TEXTS: Final = {
    "locale/id/LC_MESSAGES/messages.po": 'msgid ""\nmsgstr "Language: id\\n"\n\n'
    'msgid "%(count)s bench is broken."\nmsgstr "%(count)s bangku rusak."\n'
}

PARKS_MANIFEST: Final[dict[str, Any]] = {
    "app": {"title": {"id": "Taman Kita", "en": "Our Parks"}, "summary": {"id": "Rawat taman.", "en": "Care for parks."}},
    "region_uses": ["offices", "time_zone"],
    "role": [{"id": "ranger", "title": {"id": "Jagawana", "en": "Ranger"}, "permissions": ["park.tend"]}],
    "indicator": [
        {"id": "trees", "title": {"id": "Pohon", "en": "Trees"}, "unit": "count"},
        {"id": "wait", "title": {"id": "Menunggu", "en": "Waiting"}, "unit": "days"},
    ],
    "data": [
        {
            "id": "people",
            "title": {"id": "Pengunjung", "en": "Visitors"},
            "retention": "P2Y",
            "lawful_basis": "consent",
            "purpose": {"id": "Menghitung", "en": "Counting"},
            "fields": [{"name": "name", "class": "personal-general"}],
        }
    ],
}


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        """Move the clock."""
        self.moment += timedelta(**by)


@attrs.define
class Town:
    """An instance with its host and console.

    Attributes:
        instance: The instance.
        services: The services of the host.
        host: The host.
        clock: Its clock.
    """

    instance: Instance
    services: Services
    host: Host
    clock: Clock

    def add(self, login: str, *roles: str, region: str = NORTH, **options: Any) -> Account:
        """Add an account with roles of the console."""
        options = {"name": login.title(), "roles": {"console": roles}, "must_change": False, **options}
        return self.services.accounts.add(region, login=login, password=PASSWORD, **options)

    def visitor(self) -> TestClient:
        """Return somebody who did not sign in, with a browser's headers."""
        client = TestClient(self.host, base_url="http://localhost", follow_redirects=True, raise_server_exceptions=False)
        client.headers["sec-fetch-site"] = "same-origin"
        return client

    def signed_in(self, *roles: str, region: str = NORTH, login: str = "siti") -> TestClient:
        """Return an official who signed in through the form."""
        if self.services.accounts.find(region, login) is None:
            self.add(login, *roles, region=region)
        client = self.visitor()
        answer = client.post(f"/{region}/_/masuk", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert "smartcity_session" in client.cookies
        return client


@pytest.fixture(scope="session")
def parks_wheel(shared_app_factory: AppFactory) -> Path:
    """The wheel of a small app with settings, roles, indicators and data."""
    return shared_app_factory.wheel("parks", plugin=PARKS, manifest=PARKS_MANIFEST, files=PARKS_TEXTS)


@pytest.fixture
def make_town(tmp_path: Path, app_factory: AppFactory, kept: Kept) -> Iterator[Callable[..., Town]]:
    """Make an instance of two regions with the example profiles; wheels are installed in the northern one."""
    made: list[Instance] = []

    def make(*wheels: Path, clock: Clock | None = None) -> Town:
        now = clock or Clock()
        folder = tmp_path / f"instance{len(made)}"

        def create() -> None:
            profiles = {code: PROFILES / code for code in (NORTH, CITY)}
            with forgetting_imports(), closing(Instance.create(folder, [NORTH, CITY], profiles, now=now)) as new:
                for wheel in wheels:
                    install_app(new, NORTH, wheel, actor=Actor("a0", "Pemasang"), basis="SK 1/2026")

        name = sha256(b"".join([now().isoformat().encode(), *(wheel.read_bytes() for wheel in wheels)])).hexdigest()
        kept.bring(folder, "sqlite", f"console-{name}", create)
        instance = Instance.open(folder, now=now)
        made.append(instance)
        hashes = PasswordHashes(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        services = make_services(instance, hashes=hashes)
        return Town(
            instance,
            services,
            create_host(instance, console=console_app, error_pages=ConsoleErrorPages(), services=services),
            now,
        )

    yield make
    for instance in made:
        instance.close()


@pytest.fixture
def town(make_town: Callable[..., Town], parks_wheel: Path) -> Town:
    """An instance with the parks in the northern region and nothing in the city."""
    return make_town(parks_wheel)

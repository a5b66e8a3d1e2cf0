"""A host on a real instance with real apps, called as a server calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from smartcity_share.host.account import Account
from smartcity_share.host.app import Host, create_host
from smartcity_share.host.database import AccountsDatabase
from smartcity_share.host.passwords import PasswordHashes
from smartcity_share.host.services import Services, make_services
from smartcity_share.host.sessions import Sessions
from smartcity_share.install.instance import Instance
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.storage.sqlite import SqliteDatabase
from tests.apps.factory import AppFactory
from tests.kept import Kept

NORTH: Final = "71.08"
CITY: Final = "73.71"
PASSWORD: Final = "empat kuda makan rumput"

ECHO: Final = """\
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from smartcity_share import hookimpl
from smartcity_share.toolkit.request import actor_of, installation_of, shell_of


async def show(request):
    installation, actor = installation_of(request), actor_of(request)
    return JSONResponse({
        "region": installation.region.code, "path": request.url.path, "root_path": request.scope["root_path"],
        "url_for": str(request.url_for("inner:leaf", number="7")), "account": actor.account, "name": actor.name,
        "roles": sorted(actor.roles), "permissions": sorted(actor.permissions), "office": actor.office,
        "cookie": request.headers.get("cookie", ""), "menu": [entry.url for entry in shell_of(request).menu],
        "language": shell_of(request).language, "scheme": request.url.scheme, "address": request.client.host,
        "host_keys": sorted(key for key in request.scope if key.startswith("smartcity.")),
    })


async def desk(request):
    response = await show(request)
    response.headers["x-route"] = "desk-route"
    response.body = response.body.replace(b"{", b'{"route":"desk-route",', 1)
    response.headers["content-length"] = str(len(response.body))
    return response


async def leaf(request):
    return PlainTextResponse("leaf " + request.path_params["number"])


async def body(request):
    return PlainTextResponse(str(len(await request.body())))


async def boom(request):
    raise RuntimeError("secret detail of the fault")


async def half(request):
    async def parts():
        yield b"first"
        raise RuntimeError("half way")
    from starlette.responses import StreamingResponse
    return StreamingResponse(parts())


async def hang(request):
    import asyncio
    await asyncio.sleep(3600)


async def leave(request):
    raise SystemExit(3)


async def weaken(request):
    response = PlainTextResponse("weak", headers={
        "Content-Security-Policy": "default-src *", "X-Frame-Options": "ALLOWALL", "Referrer-Policy": "unsafe-url",
        "Service-Worker-Allowed": "/", "Clear-Site-Data": "*", "Access-Control-Allow-Credentials": "true",
        "X-Request-ID": "mine",
    })
    response.set_cookie("basket", "1", path="/", domain="example.org")
    response.set_cookie("smartcity_session", "stolen", path="/")
    response.set_cookie("__Host-smartcity_session", "stolen", path="/")
    return response


async def nothing(scope, receive, send):
    return None


starlette = Starlette(routes=[
    Route("/front", show), Route("/show", show), Route("/body", body, methods=["POST", "PUT"]),
    Route("/boom", boom), Route("/half", half), Route("/hang", hang), Route("/leave", leave), Route("/weaken", weaken),
    Mount("/inner", routes=[Route("/leaf/{number}", leaf, name="leaf")], name="inner"),
    Route("/desk", desk), Route("/desk/{rest:path}", desk, methods=["GET", "POST", "PUT", "DELETE"]),
    Route("/staff", show), Route("/reports/{number}", show, methods=["GET", "POST"]),
    Mount("/nothing", app=nothing), Route("/undeclared", show),
])


@hookimpl
def asgi_app():
    return starlette
"""

ECHO_MANIFEST: Final[Mapping[str, Any]] = {
    "role": [
        {"id": "officer", "title": {"id": "Petugas", "en": "Officer"}, "permissions": ["desk.open"]},
        {"id": "head", "title": {"id": "Kepala", "en": "Head"}, "permissions": ["desk.open", "desk.close"]},
    ],
    "page": [
        {"path": "/front", "access": "public", "methods": ["GET"], "menu": True, "title": {"id": "Muka", "en": "Front"}},
        *(
            {"path": path, "access": "public"}
            for path in ("/show", "/body", "/boom", "/half", "/hang", "/leave", "/weaken", "/inner", "/nothing")
        ),
        {"path": "/staff", "access": "signed-in"},
        {"path": "/desk", "access": "permission", "permission": "desk.open"},
        {"path": "/desk/close", "access": "permission", "permission": "desk.close"},
        {"path": "/reports/{number}", "access": "public", "methods": ["GET"]},
        {"path": "/reports/{number}", "access": "permission", "permission": "desk.open", "methods": ["POST"]},
    ],
}


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    seconds: float = 0.0

    def __call__(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def forward(self, **by: float) -> None:
        step = timedelta(**by)
        self.moment += step
        self.seconds += step.total_seconds()


def fast_hashes() -> PasswordHashes:
    """Hashes that take no time; the parameters are the only difference."""
    return PasswordHashes(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def put_app(instance: Instance, wheel_site: Callable[[Path], Path], region: str, app: str, *, state: str = "active") -> None:
    """Write an installation into the ledger and make its data folder, as install does."""
    location = instance.layout.code / app
    if not location.exists():
        wheel_site(location)
    folder = instance.layout.installation(region, app)
    (folder / "files").mkdir(parents=True)
    database = SqliteDatabase(instance.layout.database(region, app), must_exist=False)
    with database.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 1")  # the epoch of its data
    database.close()
    moment = instance.now()
    instance.ledger.put_installation(
        InstallationRecord(
            region=region,
            app=app,
            version="1.0.0",
            distribution=f"smartcity-test-{app}",
            data_epoch=1,
            state=InstallationState(state),
            fault="",
            code_location=f"code/{app}",
            code_digest="0" * 64,
            installed_at=moment,
            updated_at=moment,
        )
    )


@attrs.define
class Town:
    """An instance with a host and what tests do to it."""

    instance: Instance
    factory: AppFactory
    clock: Clock
    services: Services
    host: Host

    def install(self, app: str, *, region: str = NORTH, state: str = "active", **options: Any) -> None:
        """Install a small real app."""
        put_app(self.instance, lambda target: self.factory.installed(app, target=target, **options), region, app, state=state)

    def install_wheel(self, wheel: Path, app: str, *, region: str = NORTH) -> None:
        """Install a wheel that was built before."""
        put_app(self.instance, lambda target: self.factory.unpack(wheel, target), region, app)

    def add(self, login: str = "ani", *, region: str = NORTH, must_change: bool = False, **options: Any) -> Account:
        """Add an account."""
        return self.services.accounts.add(
            region,
            name=options.pop("name", "Ani Mokodompit"),
            login=login,
            password=PASSWORD,
            must_change=must_change,
            **options,
        )

    def token(self, account: Account) -> str:
        """Open a session as signing in does, without the form."""
        with AccountsDatabase(self.instance.accounts_database).write() as connection:
            return self.services.sessions.open(connection, account)

    def client(self, *, host: str = "localhost", https: bool = False, **options: Any) -> TestClient:
        """Return a client that calls the host as a server does; errors of apps are answers."""
        base = f"{'https' if https else 'http'}://{host}"
        options.setdefault("follow_redirects", False)
        options.setdefault("raise_server_exceptions", False)
        return TestClient(self.host, base_url=base, **options)

    @contextmanager
    def signed_in(self, account: Account, **options: Any) -> Iterator[TestClient]:
        """Return a client whose requests carry a session, as a browser sends it to this region."""
        client = self.client(**options)
        client.headers["cookie"] = f"smartcity_session={self.token(account)}"
        client.headers["sec-fetch-site"] = "same-origin"
        yield client


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until the test moves it."""
    return Clock()


@pytest.fixture
def instance(tmp_path: Path, clock: Clock, kept: Kept) -> Iterator[Instance]:
    """An instance that serves two regions."""
    folder = tmp_path / "instance"
    kept.bring(folder, "sqlite", "host", lambda: Instance.create(folder, [NORTH, CITY], now=clock).close())
    made = Instance.open(folder, now=clock)
    yield made
    made.close()


def town_of(
    instance: Instance, factory: AppFactory, clock: Clock, *, config: Mapping[str, Any] | None = None, **options: Any
) -> Town:
    """Make a host for an instance.

    Args:
        instance: The instance.
        factory: Makes its apps.
        clock: Its clock, also for how old what the host knows may be.
        config: Tables laid over ``instance.toml``.
        options: Those of ``create_host``.
    """
    if config:
        import tomlkit

        path = instance.layout.config
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        for table, values in config.items():
            document.setdefault(table, tomlkit.table()).update(values)
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
        instance.__dict__.pop("config", None)
    database = AccountsDatabase(instance.accounts_database)
    sessions = Sessions(database, now=clock, monotonic=clock.monotonic)
    services = make_services(instance, hashes=fast_hashes(), sessions=sessions)
    host = create_host(instance, services=services, monotonic=clock.monotonic, **options)
    return Town(instance, factory, clock, services, host)


@pytest.fixture
def make_town(instance: Instance, app_factory: AppFactory, clock: Clock) -> Callable[..., Town]:
    """Make a host; the options are those of :func:`town_of`."""

    def make(**options: Any) -> Town:
        return town_of(instance, app_factory, clock, **options)

    return make


@pytest.fixture(scope="session")
def echo_wheel(shared_app_factory: AppFactory) -> Path:
    """The wheel of the echo app, built once."""
    return shared_app_factory.wheel("echo", plugin=ECHO, manifest=ECHO_MANIFEST)


@pytest.fixture
def town(make_town: Callable[..., Town], echo_wheel: Path) -> Town:
    """A host with the echo app in the northern region."""
    made = make_town()
    made.install_wheel(echo_wheel, "echo")
    return made

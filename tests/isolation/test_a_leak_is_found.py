"""The search for what a region gives away can find it: an app that leaks on purpose is told, each leak by its address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from starlette.testclient import TestClient

from smartcity_share.console import ConsoleErrorPages, console_app
from smartcity_share.hooks.installation import Actor
from smartcity_share.host.app import create_host
from smartcity_share.host.services import make_services
from smartcity_share.install.installing import install_app
from smartcity_share.install.instance import Instance
from tests.apps.factory import AppFactory
from tests.host.conftest import fast_hashes
from tests.isolation.conftest import World
from tests.isolation.judging import every_request, leaks
from tests.isolation.regions import MARKS, ROOT, Realm, add_officials
from tests.isolation.routes import ways

REGIONS: Final = ("73.71", "71.08")
LEAKY: Final = '''\
import functools
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from smartcity_share import hookimpl
from smartcity_share.toolkit.request import actor_of, installation_of

said = []
pages = {}


async def say(request):
    word = (await request.body()).decode()
    said.append(word)
    installation_of(request).files.write("word", word.encode())
    return PlainTextResponse("ok")


def own(request):
    try:
        with installation_of(request).files.open("word") as file:
            return file.read().decode()
    except OSError:
        return ""


def remembered(request):
    """What every module does that forgets that a process serves many regions."""
    return PlainTextResponse(said[0] if said else "")


def cached(request):
    """A cache whose key lacks the region."""
    return PlainTextResponse(pages.setdefault(request.path_params["number"], own(request)))


def sibling(request):
    """A name of a file that leads out of the region."""
    root = Path(installation_of(request).files.folder).parents[2]
    return PlainTextResponse("".join(path.read_text() for path in root.rglob("word")))


def failing(request):
    """An error that tells what the process did last."""
    return PlainTextResponse("Fault near " + "".join(said), status_code=500)


def desk(request):
    return PlainTextResponse("desk of " + actor_of(request).name, headers={"Cache-Control": "public, max-age=60"})


def sound(request):
    return PlainTextResponse(own(request))


@hookimpl
def asgi_app():
    return Starlette(routes=[
        Route("/say", say, methods=["POST"]), Route("/remembered", remembered), Route("/sibling", sibling),
        Mount("/deep", routes=[Route("/cached/{number}", cached)]), Route("/failing", failing), Route("/desk", desk),
        Route("/sound", sound),
    ])
'''
MANIFEST: Final = {
    "page": [
        {"path": "/", "access": "public"},
        {"path": "/desk", "access": "signed-in"},
    ],
}


@pytest.fixture
def leaky(tmp_path_factory: pytest.TempPathFactory, app_factory: AppFactory) -> Iterator[World]:
    """Two regions with the app that leaks."""
    folder = tmp_path_factory.mktemp("leaky")
    profiles = {region: ROOT / "examples" / "regions" / region for region in REGIONS}
    instance = Instance.create(folder / "instance", REGIONS, profiles)
    wheel = app_factory.wheel("leaky", plugin=LEAKY, manifest=MANIFEST)
    for region in REGIONS:
        install_app(instance, region, wheel, actor=Actor("a0", "Pemasang"), basis="SK 1")
    services = make_services(instance, hashes=fast_hashes())
    host = create_host(instance, console=console_app, error_pages=ConsoleErrorPages(), services=services)
    with TestClient(host, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False) as client:
        realms = {}
        for region in REGIONS:
            realm = realms[region] = Realm(region)
            realm.show(MARKS[region])
            client.post(f"/{region}/leaky/say", content=f"kata {MARKS[region]}")
            add_officials(host, realm, MARKS[region])
            realm.ids.update(number=["N1", "N2"], int=["1"], app=["leaky"], file=["word"])
            realm.id("token", "T3")
            for number in ("N1", "N2"):
                client.get(f"/{region}/leaky/deep/cached/{region}-{number}")
                client.get(f"/{region}/leaky/deep/cached/{number}")
        yield World(instance, host, client, realms)
    instance.close()


def test_each_leak_is_told_by_its_address_and_what_does_not_leak_is_not(leaky: World) -> None:
    origin, target = REGIONS
    found: dict[str, list[str]] = {}
    table = [way for way in ways(leaky.host, target) if way.app]
    for request in every_request(leaky.host, table, leaky.realms[origin], leaky.realms[target]):
        page = request.path.partition("?")[0]
        found.setdefault(page, []).extend(leaks(request, request.send(leaky.client), leaky.realms))
    told = {page for page, faults in found.items() if faults}
    assert told == {
        "/leaky/remembered",
        "/leaky/sibling",
        "/leaky/deep/cached/N1",
        "/leaky/deep/cached/N2",
        "/leaky/failing",
        "/leaky/desk",
    }
    assert any("a cache may keep" in fault for fault in found["/leaky/desk"])
    assert "/leaky/sound" in found


def test_a_page_for_officials_that_lets_another_regions_official_in_is_told(
    leaky: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same search over a host that forgot to ask a session for its region."""
    monkeypatch.setattr("smartcity_share.host.sessions.Sessions.remembered", lambda _self, _region, _token: None)
    real = leaky.host.services.sessions._read
    regions = iter(REGIONS * 10_000)

    def anywhere(region: str, digest: bytes) -> object:
        return real(region, digest) or real(next(one for one in regions if one != region), digest)

    monkeypatch.setattr(leaky.host.services.sessions, "_read", anywhere)
    origin, target = REGIONS
    table = [way for way in ways(leaky.host, target) if way.path.startswith("/_/konsol")]
    found = [
        fault
        for request in every_request(leaky.host, table, leaky.realms[origin], leaky.realms[target])
        if request.viewer == "official-of-the-other"
        for fault in leaks(request, request.send(leaky.client), leaky.realms)
    ]
    assert any("/_/konsol" in fault for fault in found)

"""The search for what a region gives away can find it: an app leaks on purpose, and each leak is told by kind and address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs
import pytest
from starlette.testclient import TestClient

from smartcity_share.console import ConsoleErrorPages, console_app
from smartcity_share.host.app import create_host
from smartcity_share.host.services import make_services
from smartcity_share.install.instance import Instance
from tests.apps.factory import AppFactory
from tests.host.conftest import fast_hashes
from tests.isolation import archive
from tests.isolation.conftest import World
from tests.isolation.judging import confirms, every_request, leaks
from tests.isolation.regions import MARKS, ROOT, Realm, add_officials
from tests.isolation.routes import ways

REGIONS: Final = ("73.71", "71.08")
SOUND: Final = pytest.mark.parametrize("kept", [False], indirect=True, ids=["sound"])
LEAKY: Final = pytest.mark.parametrize("kept", [True], indirect=True, ids=["leaky"])


@pytest.fixture
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, app_factory: AppFactory) -> Iterator[World]:
    """Two regions with an app that keeps something of each kind, as it should or as it should not."""
    folder = tmp_path_factory.mktemp("kept")
    profiles = {region: ROOT / "examples" / "regions" / region for region in REGIONS}
    instance = Instance.create(folder / "instance", REGIONS, profiles)
    wheel = archive.wheel(app_factory, leaky=request.param)
    services = make_services(instance, hashes=fast_hashes())
    for region in REGIONS:
        archive.install(instance, region, wheel)
    host = create_host(instance, console=console_app, error_pages=ConsoleErrorPages(), services=services)
    with TestClient(host, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False) as client:
        realms = {}
        for region in REGIONS:
            realm = realms[region] = Realm(region)
            for kind, marker in archive.markers(region).items():
                realm.show(kind, marker)
            add_officials(host, realm, MARKS[region])
            realm.ids.update(number=[f"N1-{region}"], link=["T3"], key=["K4"], file=["foto.jpg"], photo=["foto"])
        yield World(instance, host, client, realms, {region: ways(host, region) for region in REGIONS})
    instance.close()


def found(world: World) -> dict[str, set[str]]:
    """Ask the second region for everything of the first, who was there before; return the kinds of what was told by page."""
    origin, target = (world.realms[region] for region in REGIONS)
    table = [way for way in world.ways[target.region] if way.app]
    requests = list(every_request(world.host, table, [origin], target))
    # The first region is visited first, as the region whose things a process keeps.
    world.get([f"/{origin.region}{request.path}" for request in requests if request.viewer == "nobody"])
    told: dict[str, set[str]] = {}
    for request, answer in zip(requests, world.ask(requests), strict=True):
        page = request.path.partition("?")[0].removeprefix("/arsip")
        for fault in leaks(request, answer, world.realms):
            shown = re.search(r"shows the (.*) b'", fault)
            assert shown, fault
            assert fault.endswith(f" of {origin.region}")
            told.setdefault(page, set()).add(shown[1])
    return told


def confirmed(world: World) -> set[str]:
    """Return the pages of the second region that are said to be those of the first."""
    origin, target = REGIONS
    pages = ("/arsip/salinan/x", "/arsip/tetap")
    known, own = (world.get([f"/{region}{page}" for page in pages]) for region in (origin, target))
    said = set()
    for page, theirs, ours in zip(pages, known, own, strict=True):
        (again,) = world.get([f"/{target}{page}"], if_none_match=theirs.headers.get("etag", ""))
        if confirms(theirs, again, ours):
            said.add(page)
    return said


@LEAKY
def test_each_kind_of_leak_is_told_by_its_kind_and_address(kept: World) -> None:
    told = found(kept)

    for kind, place in archive.PLACES.items():
        kinds = [kinds for page, kinds in told.items() if page.startswith(place.partition("{")[0])]
        if kind == "entity tag":  # gives nothing away by itself, but has a browser show what it kept of the other
            assert kinds == []
        else:
            assert kinds, f"nothing was told of {place}"
            assert all(one == {kind} for one in kinds), place
    assert confirmed(kept) == {"/arsip/tetap"}


@SOUND
def test_of_what_does_not_leak_nothing_is_told(kept: World) -> None:
    assert found(kept) == {}
    assert confirmed(kept) == set()


@SOUND
def test_a_page_for_officials_that_lets_another_regions_official_in_is_told(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same search over a host that forgot to ask a session for its region."""
    sessions = kept.host.services.sessions
    monkeypatch.setattr("smartcity_share.host.sessions.Sessions.remembered", lambda _self, _region, _token: None)
    real = sessions._read

    def anywhere(region: str, digest: bytes) -> object:
        return real(region, digest) or real(next(one for one in REGIONS if one != region), digest)

    monkeypatch.setattr(sessions, "_read", anywhere)
    origin, target = (kept.realms[region] for region in REGIONS)
    table = [way for way in kept.ways[target.region] if way.path.startswith("/_/konsol") and way.method == "GET"]
    requests = [asked for asked in every_request(kept.host, table, [origin], target) if asked.viewer == "admin-of-the-other"]
    told = [fault for pair in zip(requests, kept.ask(requests), strict=True) for fault in leaks(*pair, kept.realms)]
    assert any("/_/konsol" in fault and "shows the account" in fault for fault in told)


@SOUND
def test_what_is_for_officials_alone_and_may_be_kept_by_a_cache_is_told(kept: World) -> None:
    target, origin = (kept.realms[region] for region in REGIONS)
    table = [way for way in kept.ways[target.region] if (way.path, way.method) == ("/_/konsol/pengguna", "GET")]
    asked = next(one for one in every_request(kept.host, table, [origin], target) if one.viewer == "admin-of-this")
    (answer,) = kept.ask([asked])
    headers = answer.headers.mutablecopy()
    headers["cache-control"] = "public, max-age=60"

    assert leaks(asked, answer, kept.realms) == []
    (told,) = leaks(asked, attrs.evolve(answer, headers=headers), kept.realms)
    assert "a cache may keep the account" in told

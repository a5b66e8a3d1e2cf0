"""Nothing of one region is in any answer, file, mail or export of another, however it is asked for."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartcity_share.install.runtime import open_installation
from tests.isolation import archive
from tests.isolation.conftest import World
from tests.isolation.judging import VIEWERS, Asked, confirms, contents, cookie_of, drawn_values, every_request, leaks
from tests.isolation.regions import MARKS, REGIONS, run_jobs

APPS = ("hello", "complaints", "mailbox", "arsip")
PAIRS = tuple(itertools.permutations(REGIONS, 2))


def test_a_region_answers_under_its_host_name_too(world: World) -> None:
    realm = world.realms[REGIONS[0]]
    cookie = cookie_of(world.host, "admin-of-this", realm, realm)
    asked = Asked(REGIONS[0], "admin-of-this", "GET", "/_/konsol/pengguna", {}, cookie, by_name=True)
    (answer,) = world.ask([asked])
    assert f"Pegawai {MARKS[REGIONS[0]]}".encode() in contents(answer)


@pytest.mark.parametrize("region", REGIONS)
def test_each_kind_of_thing_is_shown_to_the_people_of_its_own_region(world: World, region: str) -> None:
    """Else the markers would be shown nowhere, and finding none elsewhere would say nothing."""
    realm = world.realms[region]
    assert {"number", "link", "session", "key", "photo", "file", "account", "int"} <= realm.ids.keys()
    cookie = cookie_of(world.host, "admin-of-this", realm, realm)
    number = realm.ids["number"][1]
    places = (
        *("/complaints/petugas", "/complaints/petugas/kabar", "/complaints/petugas/kunci-api", "/_/konsol/pengguna"),
        *(f"/complaints/petugas/laporan/{number}", "/_/konsol/audit"),
        *(f"/complaints/petugas/data-pribadi/permintaan/{request}" for request in range(1, 3)),
        *(f"/complaints/foto/{photo}" for photo in realm.ids["photo"]),
        *(f"/arsip{place.replace('{name}', 'foto.jpg')}" for place in archive.PLACES.values()),
    )
    looked = Asked(region, "admin-of-this", "POST", f"/complaints/petugas/laporan/{number}/pelapor", {}, cookie)
    answers = world.ask([looked, *(Asked(region, "admin-of-this", "GET", place, {}, cookie) for place in places)])
    told = b"".join(map(contents, answers))

    seen = {kind for value, kind in realm.everything.items() if value in told}
    # Nobody is ever shown a session, a follow link but its holder, what an error said, or a backup.
    assert {*realm.everything.values()} - seen == {"session", "follow link", "error page", "backup"}


def test_every_page_of_every_manifest_and_every_route_of_every_app_is_known(world: World) -> None:
    found = {way.path for way in world.ways[REGIONS[0]]}
    for app in APPS:
        runtime = world.host.apps.get(app)
        assert runtime is not None
        assert runtime.manifest is not None
        assert {f"/{app}{page.path}" for page in runtime.manifest.pages} <= found
    assert {
        "/",
        "/hello/",
        "/complaints/lacak/{number}",
        "/complaints/open311/v2/requests.{format}",
        "/_/konsol/audit",
    } <= found
    assert len(found) > 45


@pytest.mark.timeout(400)
@pytest.mark.parametrize("target", REGIONS)
def test_no_way_into_a_region_shows_anything_of_another(world: World, target: str) -> None:
    """With everything of both of the others, so that all ordered pairs of the regions are asked."""
    origins = [realm for region, realm in world.realms.items() if region != target]
    requests = list(every_request(world.host, world.ways[target], origins, world.realms[target]))
    answers = world.ask(requests)
    found = [fault for request, answer in zip(requests, answers, strict=True) for fault in leaks(request, answer, world.realms)]
    assert found == []

    assert {request.viewer for request in requests} == set(VIEWERS)
    brought = b"".join(request.said for request in requests)
    for origin in origins:
        things = [value for kind, values in origin.ids.items() if kind != "session" for value in values]
        assert [value for value in things if value.encode() not in brought] == []
    states = Counter(answer.status_code for answer in answers)
    assert {200, 303, 401, 403, 404, 422} <= states.keys(), states
    assert states[200] > 300, states
    failures = (request for request, answer in zip(requests, answers, strict=True) if answer.status_code >= 500)
    assert {request.path.partition("?")[0] for request in failures} == {"/arsip/galat"}, "a page failed instead of answering"


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_mixture_of_what_belongs_to_another_region_opens_anything(world: World, data: Any) -> None:
    origin, target = data.draw(st.sampled_from(PAIRS))
    realm = world.realms[origin]
    way = data.draw(st.sampled_from(world.ways[target]))
    path = way.filled([data.draw(st.sampled_from(things)) for things in drawn_values(way, realm)])
    names = ("number", "nomor", "kunci", "api_key", "token", "q", "service_request_id", "jurisdiction_id", "account", "next")
    fields = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(realm.all_ids), max_size=4))
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    viewer = data.draw(st.sampled_from(tuple(VIEWERS)))
    cookie = cookie_of(world.host, viewer, realm, world.realms[target])
    by_name = data.draw(st.booleans())
    asked = Asked(target, viewer, way.method, f"{path}?{query}" if query else path, fields, cookie, by_name)
    assert leaks(asked, world.ask([asked])[0], world.realms) == []


@pytest.mark.parametrize("origin", REGIONS)
def test_what_a_browser_kept_of_one_region_is_never_confirmed_as_the_page_of_another(world: World, origin: str) -> None:
    shown = world.get([f"/{origin}{path}" for path in ("/", "/hello/", "/complaints/")])
    links = {link for page in shown for link in re.findall(rf'"/{re.escape(origin)}(/[^"#]*)"', page.text)}
    paths = sorted(links | {"/arsip/salinan/x", "/arsip/tetap"})
    assert len(links) > 8
    theirs = world.get([f"/{origin}{path}" for path in paths])
    compared = 0
    for target in (region for region in REGIONS if region != origin):
        for path, known, own in zip(paths, theirs, world.get([f"/{target}{path}" for path in paths]), strict=True):
            tag = known.headers.get("etag")
            if tag is not None:
                compared += 1
                (again,) = world.get([f"/{target}{path}"], if_none_match=tag)
                assert not confirms(known, again, own), path
            elif "public" in own.headers.get("cache-control", "") and own.content == known.content:
                assert MARKS[origin].encode() not in own.content, path
    assert compared > 3


@pytest.mark.parametrize("region", REGIONS)
def test_a_page_opened_with_a_secret_link_is_kept_by_no_cache_and_not_packed(world: World, region: str) -> None:
    realm = world.realms[region]
    number, links = realm.ids["number"][1], realm.ids["link"]
    opened = 0
    for path, token in itertools.product(("", "/data", "/data/unduh"), links):
        answer = world.client.get(
            f"/{region}/complaints/lacak/{number}{path}?kunci={token}", headers={"accept-encoding": "gzip"}
        )
        if f"Laporan {MARKS[region]} rahasia" in answer.text:
            opened += 1
            assert "no-store" in answer.headers["cache-control"]
            assert "content-encoding" not in answer.headers
    assert opened >= 1, "no link opened the page, so nothing was looked at"


def test_jobs_and_mails_of_a_region_are_its_own(world: World) -> None:
    for region in REGIONS:
        run_jobs(world.instance, region)
        files = open_installation(world.instance, region, "mailbox").files
        letters = b""
        for name in files.names():
            with files.open(name) as file:
                letters += file.read()
        assert f"pelapor.{MARKS[region]}@".encode() in letters
        for other in REGIONS:
            assert other == region or MARKS[other].encode() not in letters


def test_the_files_and_databases_of_a_region_hold_nothing_of_another(world: World) -> None:
    for region in REGIONS:
        kept = b"".join(path.read_bytes() for path in _folder(world, region).rglob("*") if path.is_file())
        assert MARKS[region].encode() in kept
        assert [other for other in REGIONS if other != region and f"pelapor.{MARKS[other]}".encode() in kept] == []


def _folder(world: World, region: str) -> Path:
    return world.instance.layout.installation(region, "complaints").parent


def test_what_a_region_takes_with_it_is_its_own(world: World, tmp_path: Path) -> None:
    for region in REGIONS:
        target = tmp_path / region
        for app in ("complaints", "hello"):
            (target / app).mkdir(parents=True)
            world.instance.registry().export_data(app, open_installation(world.instance, region, app), target / app)
        exported = b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())
        assert MARKS[region].encode() in exported
        assert [other for other in REGIONS if other != region and MARKS[other].encode() in exported] == []

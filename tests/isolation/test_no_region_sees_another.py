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
from tests.isolation.conftest import World
from tests.isolation.judging import VIEWERS, WORDS, Asked, contents, cookie_of, every_request, leaks
from tests.isolation.regions import MARKS, REGIONS, Realm
from tests.isolation.routes import Way, ways

APPS = ("hello", "complaints", "mailbox")
RING = tuple(zip(REGIONS, (*REGIONS[1:], REGIONS[0]), strict=True))
PAIRS = tuple(itertools.permutations(REGIONS, 2))


def test_a_region_answers_under_its_host_name_too(world: World) -> None:
    realm = world.realms[REGIONS[0]]
    cookie = cookie_of(world.host, "official-of-this", realm, realm)
    asked = Asked(REGIONS[0], "official-of-this", "GET", "/_/konsol/pengguna", {}, cookie, by_name=True)
    assert f"Pegawai {MARKS[REGIONS[0]]}".encode() in contents(asked.send(world.client))


@pytest.mark.parametrize("region", REGIONS)
def test_each_region_has_what_the_others_must_not_see(world: World, region: str) -> None:
    realm = world.realms[region]
    assert len(realm.secret) > 12
    assert {"number", "token", "photo", "file", "account", "app", "int"} <= set(realm.ids)
    cookie = cookie_of(world.host, "official-of-this", realm, realm)
    seen = b"".join(
        contents(Asked(region, "official-of-this", "GET", path, {}, cookie).send(world.client))
        for path in ("/complaints/petugas", "/_/konsol/pengguna", f"/complaints/petugas/laporan/{realm.ids['number'][1]}")
    )
    assert MARKS[region].encode() in seen, "the markers are shown nowhere, so finding none elsewhere would say nothing"
    assert f"Pegawai {MARKS[region]}".encode() in seen


def test_every_page_of_every_manifest_and_every_route_of_every_app_is_known(world: World) -> None:
    found = {way.path for way in ways(world.host, REGIONS[0])}
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


@pytest.mark.parametrize(("origin", "target"), RING)
def test_no_way_into_a_region_shows_anything_of_another(world: World, origin: str, target: str) -> None:
    found: list[str] = []
    answers: Counter[int] = Counter()
    asked = 0
    for request in every_request(world.host, ways(world.host, target), world.realms[origin], world.realms[target]):
        answer = request.send(world.client)
        answers[answer.status_code] += 1
        found += leaks(request, answer, world.realms)
        asked += 1
    assert found == []
    assert asked > 1000
    assert {200, 303, 401, 403, 404, 422} <= answers.keys(), answers
    assert answers[200] > 100, answers
    assert not answers.keys() & {500, 502}, "a page failed instead of answering"


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_mixture_of_what_belongs_to_another_region_opens_anything(world: World, data: Any) -> None:
    origin, target = data.draw(st.sampled_from(PAIRS))
    realm = world.realms[origin]
    way = data.draw(st.sampled_from(ways(world.host, target)))
    path = _drawn_path(data, way, realm)
    names = ("number", "nomor", "kunci", "api_key", "token", "q", "service_request_id", "jurisdiction_id", "account", "next")
    fields = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(realm.all_ids), max_size=4))
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    viewer = data.draw(st.sampled_from(VIEWERS))
    cookie = cookie_of(world.host, viewer, realm, world.realms[target])
    by_name = data.draw(st.booleans())
    asked = Asked(target, viewer, way.method, f"{path}?{query}" if query else path, fields, cookie, by_name)
    assert leaks(asked, asked.send(world.client), world.realms) == []


@pytest.mark.parametrize(("origin", "target"), RING)
def test_what_a_browser_kept_of_one_region_is_never_confirmed_as_the_page_of_another(
    world: World, origin: str, target: str
) -> None:
    pages = [world.client.get(f"/{origin}{path}").text for path in ("/", "/hello/", "/complaints/")]
    links = set(re.findall(rf'"/{re.escape(origin)}(/[^"#]*)"', "".join(pages)))
    compared = 0
    for path in sorted(links):
        theirs = world.client.get(f"/{origin}{path}")
        tag = theirs.headers.get("etag")
        own = world.client.get(f"/{target}{path}")
        if tag is not None:
            compared += 1
            answer = world.client.get(f"/{target}{path}", headers={"if-none-match": tag})
            assert answer.status_code != 304 or own.content == theirs.content, path
        elif "public" in own.headers.get("cache-control", "") and own.content == theirs.content:
            assert MARKS[origin].encode() not in own.content, path
    assert len(links) > 8
    assert compared > 0


def _drawn_path(data: Any, way: Way, realm: Realm) -> str:
    def value(name: str, kind: str) -> str:
        if kind == "int":
            return str(data.draw(st.sampled_from(realm.ids["int"])))
        return str(data.draw(st.sampled_from((*WORDS.get(name, ()), *realm.all_ids))))

    return way.filled([value(name, kind) for name, kind in way.parameters])


@pytest.mark.parametrize("region", REGIONS)
def test_a_page_opened_with_a_secret_link_is_kept_by_no_cache_and_not_packed(world: World, region: str) -> None:
    realm = world.realms[region]
    number, links = realm.ids["number"][1], realm.ids["token"]
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


def _run_jobs(world: World) -> None:
    for region in REGIONS:
        here = open_installation(world.instance, region, "complaints")
        for job in world.instance.registry().jobs("complaints"):
            job.run(here)


def test_jobs_and_mails_of_a_region_are_its_own(world: World) -> None:
    _run_jobs(world)
    for region in REGIONS:
        files = open_installation(world.instance, region, "mailbox").files
        letters = b""
        for name in files.names():
            with files.open(name) as file:
                letters += file.read()
        assert f"pelapor.{MARKS[region]}@".encode() in letters
        for other in REGIONS:
            assert other == region or MARKS[other].encode() not in letters


def test_the_files_and_databases_of_a_region_hold_nothing_of_another(world: World) -> None:
    _run_jobs(world)
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

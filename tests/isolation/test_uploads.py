"""What is uploaded in one region stays there: names, ids and bytes of another region's files open and overwrite nothing."""

from __future__ import annotations

import hashlib
import io
import itertools
import re

import attrs
import pytest
from PIL import Image

from smartcity_complaints.filing import new_key
from smartcity_share.cli.journey.visitor import Page
from smartcity_share.install.runtime import open_installation
from tests.isolation.conftest import World
from tests.isolation.judging import VIEWERS, Asked, cookie_of, leaks
from tests.isolation.regions import MARKS, REGIONS, Realm
from tests.isolation.routes import Way

PAIRS = tuple(itertools.permutations(REGIONS, 2))


def photo(colour: tuple[int, int, int]) -> bytes:
    """Return a photo of one colour."""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "JPEG")
    return target.getvalue()


def digests(world: World, region: str) -> dict[str, str]:
    """Return the files of a region's apps by their place, as SHA-256."""
    root = world.instance.layout.installation(region, "complaints").parent
    files = world.instance.layout.files(region, "complaints")
    found = {*(path for path in files.rglob("*") if path.is_file()), *(path for path in root.rglob("*.jpg") if path.is_file())}
    return {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def names_of_files(origin: Realm, target: str) -> tuple[str, ...]:
    """Return what an upload may be called by somebody who wants to reach the files of another region."""
    (name, *_), (photo_id, *_) = origin.ids["file"], origin.ids["photo"]
    up = "../" * 6
    return (
        name,
        f"{photo_id}.jpg",
        f"{up}{origin.region}/complaints/files/{name}",
        f"..\\..\\{origin.region}\\complaints\\{name}",
        f"/{origin.region}/complaints/foto/{photo_id}",
        f"{target}/../{origin.region}/{name}",
    )


def posts(world: World, region: str) -> list[Way]:
    """Return the ways into a region that take a form."""
    return [way for way in world.ways[region] if way.method == "POST"]


@pytest.mark.parametrize(("origin", "target"), PAIRS)
def test_no_upload_reaches_or_shows_a_file_of_another_region(world: World, origin: str, target: str) -> None:
    realm = world.realms[origin]
    before = digests(world, origin)
    names, picture = itertools.cycle(names_of_files(realm, target)), photo((9, 9, 9))
    body = {"kunci": realm.ids["link"][-1], "number": realm.ids["number"][0], "text": "Unggahan.", "consent": "1"}
    requests = []
    for viewer in VIEWERS:
        cookie = cookie_of(world.host, viewer, realm, world.realms[target])
        for way in posts(world, target):
            things = [realm.ids["int"][0] if kind == "int" else realm.ids["number"][0] for _, kind in way.parameters]
            uploads = ((next(names), picture), (next(names), picture))
            requests.append(Asked(target, viewer, "POST", way.filled(things), body, cookie, uploads=uploads))
    answers = world.ask(requests)
    assert [request for request, answer in zip(requests, answers, strict=True) if answer.status_code >= 500] == []
    assert [fault for pair in zip(requests, answers, strict=True) for fault in leaks(*pair, world.realms)] == []
    assert len(requests) > 100
    assert digests(world, origin) == before, "a file of the other region was changed, added or taken away"


@pytest.mark.parametrize(("origin", "target"), PAIRS)
def test_a_photo_kept_under_a_name_of_another_region_has_a_name_of_its_own(world: World, origin: str, target: str) -> None:
    realm, here = world.realms[origin], open_installation(world.instance, target, "complaints")
    known = set(here.files.names())
    for name in names_of_files(realm, target):
        answer = send_report(world, target, name, photo((200, 20, 20)), key=new_key())
        assert "/lapor/diterima/" in answer, answer
    kept = set(here.files.names()) - known

    assert len(kept) >= 6
    assert kept.isdisjoint(realm.ids["file"])
    assert not [name for name in kept for photo_id in realm.ids["photo"] if photo_id in name]


@pytest.mark.parametrize(("origin", "target"), PAIRS)
def test_photos_that_a_form_holds_are_not_found_with_its_key_in_another_region(world: World, origin: str, target: str) -> None:
    """A form that was shown again holds its photos under a one-time key; the same key elsewhere holds nothing."""
    key = new_key()
    send_report(world, origin, "foto.jpg", photo((20, 200, 20)), key=key, langkah="ubah")
    answer = world.client.post(
        f"/{target}/complaints/lapor", data={"key": key, "text": "x"}, headers={"sec-fetch-site": "same-origin"}
    )
    page = Page(answer.url.path, answer.status_code, {}, answer.content)

    assert holds(world, origin, key) == 1
    assert holds(world, target, key) == 0
    assert not re.search(r"name=.tanpa_foto", page.text)


@pytest.mark.parametrize("target", REGIONS)
def test_a_photo_is_asked_for_with_every_id_and_name_of_another_region(world: World, target: str) -> None:
    for origin in (realm for region, realm in world.realms.items() if region != target):
        cookie = cookie_of(world.host, "admin-of-this", origin, world.realms[target])
        things = (*origin.ids["photo"], *origin.ids["file"], *(f"..%2f..%2f{name}" for name in origin.ids["file"]))
        paths = [f"/complaints/foto/{thing}{size}" for thing in things for size in ("", "/kecil")]
        requests = [Asked(target, "admin-of-this", "GET", path, {}, cookie) for path in paths]
        for request, answer in zip(requests, world.ask(requests), strict=True):
            assert answer.status_code in {400, 404}, request
            assert leaks(request, answer, world.realms) == []


def test_a_file_of_another_region_in_an_answer_would_be_told(world: World) -> None:
    origin, target = PAIRS[0]
    name = world.realms[origin].ids["file"][0]
    with open_installation(world.instance, origin, "complaints").files.open(name) as stored:
        file = stored.read()
    request = Asked(target, "nobody", "GET", "/complaints/", {})
    (answer,) = world.ask([request])

    (told,) = leaks(request, attrs.evolve(answer, content=answer.content + file), world.realms)
    assert "shows the photo" in told
    assert origin in told
    assert leaks(request, answer, world.realms) == []


def holds(world: World, region: str, key: str) -> int:
    """Return how many photos a form of a region holds."""
    from smartcity_complaints.held import held_count

    return held_count(open_installation(world.instance, region, "complaints"), key)


def send_report(world: World, region: str, name: str, content: bytes, *, key: str, langkah: str = "kirim") -> str:
    """Send the form of a region with a photo; return where it led, or the page."""
    here = open_installation(world.instance, region, "complaints")
    data = {
        "key": key,
        "kind": here.settings.kinds[0].code,
        "text": "Laporan dengan foto di depan pasar.",
        "place": "Depan pasar",
        "name": f"Nama {MARKS[region]}",
        "email": f"foto.{MARKS[region]}@contoh.example",
        "consent": "1",
        "langkah": langkah,
    }
    answer = world.client.post(
        f"/{region}/complaints/lapor",
        data=data,
        files={"photo": (name, content, "image/jpeg")},
        headers={"sec-fetch-site": "same-origin"},
    )
    return answer.headers.get("location", "") or f"{answer.status_code} {answer.text[:400]}"

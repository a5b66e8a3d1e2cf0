"""Which region and app a request reaches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_share.host.routing import Place, place_of
from tests.host.conftest import CITY, ECHO, ECHO_MANIFEST, NORTH, Town


@pytest.mark.parametrize(
    ("path", "by_host", "place"),
    [
        ("/", None, Place(None, "", "", "/")),
        ("/_/static/a.css", None, Place(None, "", "_", "/_/static/a.css")),
        ("/71.08", None, Place("71.08", "/71.08", "", "")),
        ("/71.08/", None, Place("71.08", "/71.08", "", "/")),
        ("/71.08/_/masuk", None, Place("71.08", "/71.08", "_", "/_/masuk")),
        ("/71.08/echo", None, Place("71.08", "/71.08", "echo", "")),
        ("/71.08/echo/", None, Place("71.08", "/71.08", "echo", "/")),
        ("/71.08/echo/a/b", None, Place("71.08", "/71.08", "echo", "/a/b")),
        ("/", "71.08", Place("71.08", "", "", "/")),
        ("/_/masuk", "71.08", Place("71.08", "", "_", "/_/masuk")),
        ("/echo", "71.08", Place("71.08", "", "echo", "")),
        ("/echo/a/b", "71.08", Place("71.08", "", "echo", "/a/b")),
        ("/73.71/echo/", "71.08", Place("71.08", "", "73.71", "/echo/")),
    ],
)
def test_a_path_names_its_region_and_app(path: str, by_host: str | None, place: Place) -> None:
    assert place == place_of(path, by_host)


def test_an_app_learns_its_region_and_address_under_a_path(town: Town) -> None:
    found = town.client().get(f"/{NORTH}/echo/show").json()
    assert (NORTH, f"/{NORTH}/echo/show", f"/{NORTH}/echo") == (found["region"], found["path"], found["root_path"])


def test_url_for_gives_the_full_public_address_under_a_path(town: Town) -> None:
    found = town.client().get(f"/{NORTH}/echo/show").json()
    assert f"http://localhost/{NORTH}/echo/inner/leaf/7" == found["url_for"]
    assert town.client().get(found["url_for"]).text == "leaf 7"


def test_url_for_gives_the_full_public_address_under_a_host_name(make_town: Callable[..., Town]) -> None:
    town = make_town(config={"hosts": {"layanan.example.go.id": NORTH}})
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST)
    client = town.client(host="layanan.example.go.id", https=True)
    found = client.get("/echo/show").json()
    assert (found["url_for"], found["root_path"]) == ("https://layanan.example.go.id/echo/inner/leaf/7", "/echo")
    assert client.get(found["url_for"]).text == "leaf 7"


def test_a_host_name_of_one_region_reaches_no_other(make_town: Callable[..., Town]) -> None:
    town = make_town(config={"hosts": {"layanan.example.go.id": NORTH}})
    town.install("echo", region=CITY, plugin=ECHO, manifest=ECHO_MANIFEST)
    assert town.client().get(f"/{CITY}/echo/show").status_code == 200
    client = town.client(host="layanan.example.go.id")
    assert [client.get(path).status_code for path in (f"/{CITY}/echo/show", "/echo/show")] == [404, 404]


@pytest.mark.parametrize("path", ["/99.99/", "/99.99/echo/", "/13.1/", "/..../", "/%F0%9F%90%B8/"])
def test_an_unknown_region_is_not_found(town: Town, path: str) -> None:
    assert town.client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "target"), [(f"/{NORTH}?a=1", f"/{NORTH}/?a=1"), (f"/{NORTH}/echo?a=1", f"/{NORTH}/echo/?a=1")]
)
def test_a_missing_slash_is_added_in_place(town: Town, path: str, target: str) -> None:
    answer = town.client().get(path)
    assert (307, target) == (answer.status_code, answer.headers["location"])


def test_a_region_added_while_serving_is_found(town: Town) -> None:
    assert town.client().get("/13.10/echo/").status_code == 404
    town.instance.add_region("13.10")
    town.host._dispatch._regions._codes_until = 0.0
    town.install("echo", region="13.10")
    town.host._dispatch._mounts.look_at = 0.0
    assert town.client().get("/13.10/echo/show").status_code == 200


def test_an_app_installed_while_serving_is_served_and_a_removed_one_is_not(town: Town) -> None:
    assert town.client().get(f"/{CITY}/echo/show").status_code == 404
    town.install("echo", region=CITY)
    town.host._dispatch._mounts.look_at = 0.0
    assert town.client().get(f"/{CITY}/echo/show").status_code == 200
    town.instance.ledger.drop_installation(CITY, "echo")
    town.host._dispatch._mounts.look_at = 0.0
    assert town.client().get(f"/{CITY}/echo/show").status_code == 404


@pytest.mark.parametrize("state", ["installing", "removing", "needs-person"])
def test_an_installation_that_is_being_changed_answers_503(make_town: Callable[..., Town], state: str) -> None:
    town = make_town()
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST, state=state)
    answer = town.client().get(f"/{NORTH}/echo/show")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


def test_the_code_of_another_version_than_the_installation_is_not_run(town: Town) -> None:
    import attrs

    record = town.instance.ledger.installation(NORTH, "echo")
    assert record is not None
    town.instance.ledger.put_installation(attrs.evolve(record, version="2.0.0"))
    assert town.client().get(f"/{NORTH}/echo/show").status_code == 503


def test_an_address_no_page_covers_is_not_found_though_the_app_has_it(town: Town) -> None:
    assert town.client().get(f"/{NORTH}/echo/undeclared").status_code == 404


def test_a_method_no_page_covers_is_refused_with_those_that_are(town: Town) -> None:
    answer = town.client().post(f"/{NORTH}/echo/front")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert town.client().options(f"/{NORTH}/echo/front").status_code == 204


def test_head_is_answered_as_get_without_a_body(town: Town) -> None:
    assert town.client().head(f"/{NORTH}/echo/front").status_code == 200
    answer = town.client().head("/99.99/")
    assert (answer.status_code, answer.content) == (404, b"")
    assert int(answer.headers["content-length"]) > 0


def test_the_app_is_told_nothing_of_accounts_sessions_or_other_regions(town: Town) -> None:
    found = town.client().get(f"/{NORTH}/echo/show").json()
    assert found["host_keys"] == ["smartcity.actor", "smartcity.installation", "smartcity.request_id", "smartcity.shell"]


def test_the_front_page_is_the_consoles_and_absent_without_one(town: Town) -> None:
    assert [town.client().get(path).status_code for path in ("/", f"/{NORTH}/")] == [404, 404]

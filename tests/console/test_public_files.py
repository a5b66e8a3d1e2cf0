"""Style sheets, colours, logo, icons and the language switch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smartcity_share.toolkit.assets import asset
from tests.apps.factory import AppFactory
from tests.console.conftest import CITY, NORTH, PARKS, PARKS_MANIFEST, Town


def test_an_asset_with_its_digest_is_kept_for_good_and_another_asked_for_again(town: Town) -> None:
    client, found = town.visitor(), asset("smartcity.css")
    assert found is not None
    lasting = client.get(f"/{NORTH}/_/static/smartcity.css?v={found.digest}")
    assert "immutable" in lasting.headers["cache-control"]
    assert client.get(f"/{NORTH}/_/static/smartcity.css?v=old").headers["cache-control"] == "no-cache"
    again = client.get(f"/{NORTH}/_/static/smartcity.css", headers={"if-none-match": lasting.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/_/static/vendor/pico.min.css").status_code == 200


@pytest.mark.parametrize("name", ["tiada.css", "vendor/vendored.toml", "vendor", ""])
def test_what_is_no_asset_is_not_found(town: Town, name: str) -> None:
    assert town.visitor().get(f"/{NORTH}/_/static/{name}").status_code == 404


def test_each_region_has_its_own_colours_and_logo(town: Town) -> None:
    client = town.visitor()
    north, city = (client.get(f"/{code}/_/brand.css").text for code in (NORTH, CITY))
    assert north != city
    assert town.instance.profile(NORTH).branding.primary in north
    assert client.get(f"/{NORTH}/_/logo").content != client.get(f"/{CITY}/_/logo").content


def test_a_logo_that_could_act_is_not_served(town: Town) -> None:
    name = town.instance.profile(NORTH).branding.logo
    assert name is not None
    logo = town.instance.profile_folder(NORTH) / name
    assert "sandbox" in town.visitor().get(f"/{NORTH}/_/logo").headers["content-security-policy"]
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', encoding="utf-8")
    assert town.visitor().get(f"/{NORTH}/_/logo").status_code == 404


def test_an_app_shows_its_own_icon_and_a_plain_one_where_it_has_none_that_is_safe(
    make_town: Callable[..., Town], app_factory: AppFactory
) -> None:
    good = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    manifest = {**PARKS_MANIFEST, "media": {"icon": "media/icon.svg"}}
    wheels = [
        app_factory.wheel("one", plugin=PARKS, manifest=manifest, files={"media/icon.svg": good}),
        app_factory.wheel("two", plugin=PARKS, manifest=manifest, files={"media/icon.svg": good.replace("path", "script")}),
        app_factory.wheel("three", plugin=PARKS, manifest=PARKS_MANIFEST),
    ]
    client = make_town(*wheels).visitor()
    default = asset("icons/app.svg")
    assert default is not None
    assert client.get(f"/{NORTH}/_/ikon/one").content == good.encode()
    assert client.get(f"/{NORTH}/_/ikon/two").content == default.content
    assert client.get(f"/{NORTH}/_/ikon/three").content == default.content
    assert client.get(f"/{CITY}/_/ikon/one").status_code == 404


def test_the_language_switch_remembers_and_comes_back(town: Town) -> None:
    client = town.visitor()
    answer = client.get(f"/{NORTH}/_/bahasa", params={"ke": "en", "next": f"/{NORTH}/_/masuk"})
    assert answer.url.path == f"/{NORTH}/_/masuk"
    assert 'lang="en"' in answer.text
    assert 'lang="id"' in client.get(f"/{CITY}/").text
    assert 'lang="en"' in client.get(f"/{NORTH}/").text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        f"/{CITY}/",
        "javascript:alert(1)",
        "",
        "/../x",
        "x" * 5000,
    ],
)
def test_the_language_switch_leads_nowhere_else(town: Town, target: str) -> None:
    answer = town.visitor().get(f"/{NORTH}/_/bahasa", params={"ke": "en", "next": target}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{NORTH}/")


def test_a_language_nobody_offers_is_the_region_s_own(town: Town) -> None:
    client = town.visitor()
    client.get(f"/{NORTH}/_/bahasa", params={"ke": "xx\r\nSet-Cookie: a=b"})
    assert 'lang="id"' in client.get(f"/{NORTH}/").text


def test_a_broken_query_of_the_switch_is_no_fault(town: Town) -> None:
    answer = town.visitor().get(f"/{NORTH}/_/bahasa?ke=%ff&ke=&next=%00", follow_redirects=False)
    assert answer.headers["location"] == f"/{NORTH}/"


def test_the_profile_folder_is_not_served(town: Town) -> None:
    folder: Path = town.instance.profile_folder(NORTH)
    assert (folder / "profile.toml").is_file()
    for path in ("/_/profile.toml", "/_/logo/../profile.toml", "/_/logo/profile.toml"):
        assert town.visitor().get(f"/{NORTH}{path}").status_code in {400, 404}

"""The console leads to the pages of an app that administer it: for who may open them, declared by the manifest alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.apps.factory import AppFactory, merged
from tests.console.conftest import NORTH, PARKS, PARKS_MANIFEST, Town
from tests.toolkit.markup import parse

PAGE = f"/{NORTH}/_/konsol/aplikasi/parks"
PAGES = {
    "page": [
        {"path": "/", "access": "public"},
        {
            "path": "/kunci",
            "access": "permission",
            "permission": "park.tend",
            "console": True,
            "title": {"id": "Kunci taman", "en": "Park keys"},
        },
        {"path": "/denah", "access": "permission", "permission": "park.tend", "title": {"id": "Denah", "en": "Plan"}},
        {"path": "/siaga", "access": "signed-in", "console": True, "title": {"id": "Siaga", "en": "On call"}},
    ]
}


@pytest.fixture
def town(make_town: Callable[..., Town], shared_app_factory: AppFactory) -> Town:
    """The parks with two pages that administer them, one of them for rangers."""
    return make_town(shared_app_factory.wheel("parks", plugin=PARKS, manifest=merged(PARKS_MANIFEST, PAGES)))


def official(town: Town, login: str, **roles: list[str]) -> TestClient:
    """Sign an official in who holds these roles, by app."""
    town.add(login, roles=roles)
    return town.signed_in(login=login)


def links(html: str) -> dict[str, str]:
    """Return the links of the pages that administer the app: address by title."""
    sections = [part for part in parse(html).all("section") if part.attributes.get("aria-labelledby") == "kelola"]
    return {link.text: link.attributes["href"] for section in sections for link in section.all("a")}


def test_who_holds_the_permission_in_the_app_is_led_to_the_page_and_may_open_it(town: Town) -> None:
    client = official(town, "rina", console=["admin"], parks=["ranger"])

    found = links(client.get(PAGE).text)

    assert found == {"Kunci taman": f"/{NORTH}/parks/kunci", "Siaga": f"/{NORTH}/parks/siaga"}
    assert client.get(found["Kunci taman"]).text == "parks"


def test_a_role_of_the_console_alone_leads_to_what_every_official_may_open(town: Town) -> None:
    client = official(town, "dodi", console=["admin"])

    assert links(client.get(PAGE).text) == {"Siaga": f"/{NORTH}/parks/siaga"}
    assert client.get(f"/{NORTH}/parks/kunci").status_code == 403


def test_the_way_is_told_in_the_language_of_the_reader(town: Town) -> None:
    client = official(town, "rina", console=["admin"], parks=["ranger"])

    assert "Kelola layanan" in parse(client.get(PAGE).text).text
    client.get(f"/{NORTH}/_/bahasa?ke=en&next=/")
    english = client.get(PAGE).text

    assert "Administer the service" in parse(english).text
    assert set(links(english)) == {"Park keys", "On call"}


def test_an_app_without_such_pages_has_no_such_part(make_town: Callable[..., Town], parks_wheel: object) -> None:
    client = make_town(parks_wheel).signed_in("admin")

    assert "Kelola layanan" not in client.get(PAGE).text

"""Every page of the console and the front pages: sound markup in every language, and only for those who may."""

from __future__ import annotations

import re

import pytest

from smartcity_share.console.paths import CONSOLE_PAGES
from tests.console.conftest import CITY, NORTH, PASSWORD, Town
from tests.toolkit.markup import faults_of, parse

PUBLIC = (
    "/",
    f"/{NORTH}/",
    f"/{CITY}/",
    f"/{NORTH}/_/masuk",
    f"/{NORTH}/_/masuk?keluar=1",
    f"/{NORTH}/_/masuk?next=/{NORTH}/x",
)
OWN = tuple(
    f"/{NORTH}/_{path}"
    for path in (
        "/sandi", "/konsol/", "/konsol", "/konsol/aplikasi/parks", "/konsol/pengguna/", "/konsol/pengguna/baru",
        "/konsol/audit/", "/konsol/audit/?pelaku=siti&tindakan=session&aplikasi=parks", "/konsol/audit/?sebelum=1",
        "/konsol/wilayah/",
    )
)  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_sound_in_every_language(town: Town, language: str) -> None:
    client, visitor = town.signed_in("admin"), town.visitor()
    other = town.add("budi", name="Budi")
    people = f"/{NORTH}/_/konsol/pengguna"
    itself = town.services.accounts.by_login(NORTH, "siti").id
    for root in (f"/{NORTH}", f"/{CITY}", ""):
        for reader in (client, visitor):
            reader.get(f"{root}/_/bahasa?ke={language}&next={root}/")
    for path in (*PUBLIC, *OWN, f"{people}/{itself}", f"{people}/{other.id}", f"{people}/{other.id}/sandi"):
        answer = (visitor if path in PUBLIC else client).get(path)
        assert answer.status_code == 200, path
        assert faults_of(answer.text) == [], path
        assert answer.headers["content-language"] == language, path
        assert parse(answer.text).all("html")[0].attributes["lang"] == language


def test_every_asset_a_page_names_is_there(town: Town) -> None:
    client = town.signed_in("admin")
    for path in (f"/{NORTH}/", f"/{CITY}/", "/", *OWN):
        html = client.get(path).text
        for name in re.findall(r'(?:<link[^>]*href|src)="([^"]+)"', html):
            answer = client.get(name)
            assert answer.status_code == 200, (path, name)
            assert answer.headers["content-type"].startswith(("text/css", "image/")), name


def test_a_page_weighs_less_than_60_kb_with_everything_it_needs(town: Town) -> None:
    import gzip

    client = town.visitor()
    html = client.get(f"/{NORTH}/").text
    parts = [html.encode(), *(client.get(name).content for name in set(re.findall(r'(?:<link[^>]*href|src)="([^"]+)"', html)))]
    assert sum(len(gzip.compress(part, 6)) for part in parts) < 60_000


def test_the_front_page_bears_the_region_s_name_its_services_and_contacts(town: Town) -> None:
    text = parse(town.visitor().get(f"/{NORTH}/").text).text
    assert "Pemerintah Kabupaten Bolaang Mongondow Utara" in text
    assert "Taman Kita" in text
    assert "Rawat taman." in text
    assert "Darurat: 112" in text
    assert "Belum ada layanan yang dibuka" in parse(town.visitor().get(f"/{CITY}/").text).text


def test_the_list_of_regions_leads_to_each_and_can_be_searched(town: Town) -> None:
    client = town.visitor()
    links = [link.attributes["href"] for link in parse(client.get("/").text).all("a")]
    assert {f"/{NORTH}/", f"/{CITY}/"} <= set(links)
    found = parse(client.get("/?cari=makassar").text)
    assert f"/{NORTH}/" not in [link.attributes["href"] for link in found.all("a")]
    assert "Daerah tidak ditemukan" in parse(client.get("/?cari=zzz").text).text


def test_above_all_regions_the_reader_s_browser_chooses_the_language(town: Town) -> None:
    assert "Choose your region" in town.visitor().get("/", headers={"accept-language": "en-GB, id;q=0.5"}).text
    assert "Pilih daerah Anda" in town.visitor().get("/", headers={"accept-language": "fr"}).text


def test_a_region_whose_profile_is_broken_is_listed_by_its_code_and_the_others_work(town: Town) -> None:
    (town.instance.profile_folder(CITY) / "profile.toml").write_text("code = 1", encoding="utf-8")
    answer = town.visitor().get("/")
    assert answer.status_code == 200
    assert CITY in parse(answer.text).text
    assert town.visitor().get(f"/{NORTH}/").status_code == 200


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/_/konsol/", "auditor", 200),
        ("/_/konsol/audit/", "auditor", 200),
        ("/_/konsol/wilayah/", "auditor", 200),
        ("/_/konsol/aplikasi/parks", "auditor", 200),
        ("/_/konsol/pengguna/", "auditor", 403),
        ("/_/konsol/pengguna/baru", "auditor", 403),
        ("/_/konsol/pengguna/", "admin", 200),
        ("/_/konsol/tiada", "admin", 404),
        ("/_/konsol/aplikasi/tiada", "admin", 404),
        ("/_/konsol/pengguna/tiada", "admin", 404),
        ("/_/tiada", "admin", 404),
    ],
)
def test_a_page_opens_for_the_roles_that_permit_it(town: Town, path: str, role: str, status: int) -> None:
    assert town.signed_in(role).get(f"/{NORTH}{path}").status_code == status


def test_without_a_role_of_the_console_nothing_of_it_opens_and_the_menu_does_not_lead_there(town: Town) -> None:
    client = town.signed_in()
    assert client.get(f"/{NORTH}/_/konsol/").status_code == 403
    assert "/_/konsol" not in client.get(f"/{NORTH}/").text


@pytest.mark.parametrize(
    "path",
    ["/_/konsol/aplikasi/parks", "/_/konsol/pengguna/baru", "/_/konsol/pengguna/x/sandi", "/_/konsol/pengguna/x/keadaan"],
)
def test_an_auditor_changes_nothing_and_the_attempt_is_recorded(town: Town, path: str) -> None:
    assert town.signed_in("auditor").post(f"/{NORTH}{path}", data={"name": "x"}).status_code == 403
    (entry, *_) = town.services.audit.entries(NORTH)
    assert (entry.action, entry.name) == ("access.denied", "Siti")


def test_a_visitor_is_led_to_the_sign_in_form_and_back(town: Town) -> None:
    town.add("siti", "admin")
    client = town.visitor()
    answer = client.get(f"/{NORTH}/_/konsol/audit/")
    assert answer.url.path == f"/{NORTH}/_/masuk"
    form = {"login": "siti", "password": PASSWORD, "next": parse(answer.text).all("input")[-1].attributes["value"]}
    assert client.post(f"/{NORTH}/_/masuk", data=form).url.path == f"/{NORTH}/_/konsol/audit/"


def test_a_session_of_one_region_opens_nothing_in_another(town: Town) -> None:
    client = town.signed_in("admin")
    assert client.get(f"/{CITY}/_/konsol/").url.path == f"/{CITY}/_/masuk"


@pytest.mark.parametrize("path", ["/_/konsol/audit/", "/_/logo", "/_/brand.css", "/"])
def test_an_address_that_takes_no_form_says_which_methods_it_takes(town: Town, path: str) -> None:
    answer = town.signed_in("admin").post(f"/{NORTH}{path}", data={"a": "1"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_every_entry_of_the_table_of_pages_is_served(town: Town) -> None:
    client = town.signed_in("admin")
    examples = {
        "/_/static": "/_/static/smartcity.css",
        "/_/ikon": "/_/ikon/parks",
        "/_/konsol/aplikasi/{app}": "/_/konsol/aplikasi/parks",
        "/_/konsol/pengguna/{account}": "/_/konsol/pengguna/baru",
    }
    for page in CONSOLE_PAGES:
        if "GET" in page.methods:
            assert client.get(f"/{NORTH}{examples.get(page.path, page.path)}").status_code == 200, page.path


def test_pages_of_the_console_are_kept_by_no_cache(town: Town) -> None:
    assert town.signed_in("admin").get(f"/{NORTH}/_/konsol/").headers["cache-control"] == "no-store"

"""Accounts in the console: added, changed, disabled, given a new password, every act recorded."""

from __future__ import annotations

import pytest

from tests.console.conftest import CITY, NORTH, PASSWORD, Town
from tests.toolkit.markup import faults_of, parse

USERS = f"/{NORTH}/_/konsol/pengguna"
NEW = {"name": "Rina Sari", "login": "rina", "password": "tujuh layar biru tua", "office": "", "roles.parks": "ranger"}


def last_act(town: Town) -> tuple[str, str, str]:
    """Return action, subject and name of the newest entry of the audit trail."""
    entry = town.services.audit.entries(NORTH)[0]
    return entry.action, entry.subject, entry.name


def errors(html: str) -> dict[str, str]:
    """Return what is shown beside the controls."""
    found = [element for element in parse(html).walk() if element.attributes.get("id", "").endswith("-error")]
    return {element.attributes["id"][2:-6]: element.text.removeprefix("Kesalahan: ") for element in found}


def test_an_account_is_added_with_roles_and_office_and_has_to_change_its_password(town: Town) -> None:
    office = town.instance.profile(NORTH).offices[0].id
    answer = town.signed_in("admin").post(f"{USERS}/baru", data={**NEW, "office": office, "roles.console": ["auditor"]})
    assert "Akun sudah ditambahkan." in answer.text
    account = town.services.accounts.by_login(NORTH, "rina")
    assert (account.name, account.office, account.must_change) == ("Rina Sari", office, True)
    assert account.roles == {"console": {"auditor"}, "parks": {"ranger"}}
    assert last_act(town) == ("account.added", "rina", "Siti")


@pytest.mark.parametrize(
    ("change", "control", "text"),
    [
        ({"name": " "}, "name", "Isi nama yang akan ditampilkan"),
        ({"login": "a b"}, "login", "Gunakan 3 sampai 100 huruf kecil"),
        ({"login": "SITI"}, "login", "sudah ada"),
        ({"password": "pendek"}, "password", "paling sedikit 12 karakter"),
        ({"password": "rinarinarina1"}, "password", "mudah ditebak"),
        ({"password": "aaaaaaaaaaaaaa"}, "password", "terlalu sedikit karakter"),
    ],
)
def test_what_is_wrong_with_a_new_account_stands_beside_its_control(
    town: Town, change: dict[str, str], control: str, text: str
) -> None:
    answer = town.signed_in("admin").post(f"{USERS}/baru", data={**NEW, **change})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert text in errors(answer.text)[control]
    assert NEW["password"] not in answer.text
    assert [account.login for account in town.services.accounts.list(NORTH)] == ["siti"]


@pytest.mark.parametrize("change", [{"office": "tiada"}, {"roles.parks": "king"}])
def test_a_forged_office_or_role_is_refused(town: Town, change: dict[str, str]) -> None:
    answer = town.signed_in("admin").post(f"{USERS}/baru", data={**NEW, **change})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert town.services.accounts.find(NORTH, "rina") is None


def test_name_office_and_roles_are_changed(town: Town) -> None:
    client, account = town.signed_in("admin"), town.add("budi", "auditor")
    office = town.instance.profile(NORTH).offices[1].id
    answer = client.post(f"{USERS}/{account.id}", data={"name": "Budi Baru", "office": office, "roles.parks": "ranger"})
    assert "Akun sudah disimpan." in answer.text
    found = town.services.accounts.get(NORTH, account.id)
    assert (found.name, found.office, found.roles) == ("Budi Baru", office, {"parks": {"ranger"}})
    assert last_act(town)[:2] == ("account.changed", "budi")


def test_nobody_locks_themselves_out(town: Town) -> None:
    client = town.signed_in("admin")
    own = town.services.accounts.by_login(NORTH, "siti")
    answer = client.post(f"{USERS}/{own.id}", data={"name": "Siti", "office": "", "roles.console": "auditor"})
    assert answer.status_code == 422
    assert "dari diri sendiri" in errors(answer.text)["roles.console"]
    assert client.post(f"{USERS}/{own.id}/keadaan", data={"active": "0"}).status_code == 403
    assert "Nonaktifkan akun" not in client.get(f"{USERS}/{own.id}").text
    assert client.get(f"{USERS}/").status_code == 200


def test_a_disabled_account_is_out_at_once_and_can_be_let_in_again(town: Town) -> None:
    client, other = town.signed_in("admin"), town.signed_in("auditor", login="budi")
    account = town.services.accounts.by_login(NORTH, "budi")
    client.post(f"{USERS}/{account.id}/keadaan", data={"active": "0"})
    assert last_act(town)[:2] == ("account.disabled", "budi")
    assert other.get(f"/{NORTH}/_/konsol/").url.path == f"/{NORTH}/_/masuk"
    assert "Nonaktif" in parse(client.get(f"{USERS}/").text).text
    client.post(f"{USERS}/{account.id}/keadaan", data={"active": "1"})
    assert last_act(town)[:2] == ("account.enabled", "budi")
    assert town.signed_in(login="budi").get(f"/{NORTH}/_/konsol/").status_code == 200


def test_a_password_set_by_an_administrator_has_to_be_changed(town: Town) -> None:
    client, account = town.signed_in("admin"), town.add("budi")
    short = client.post(f"{USERS}/{account.id}/sandi", data={"password": "pendek"})
    assert "paling sedikit 12 karakter" in errors(short.text)["password"]
    answer = client.post(f"{USERS}/{account.id}/sandi", data={"password": "tujuh layar biru tua"})
    assert "Kata sandi sudah diatur." in answer.text
    assert last_act(town)[:2] == ("account.password-set", "budi")
    assert town.services.accounts.get(NORTH, account.id).must_change
    form = {"login": "budi", "password": "tujuh layar biru tua"}
    assert town.visitor().post(f"/{NORTH}/_/masuk", data=form).url.path == f"/{NORTH}/_/sandi"


def test_accounts_of_another_region_are_not_there(town: Town) -> None:
    client, stranger = town.signed_in("admin"), town.add("asing", "admin", region=CITY)
    assert "asing" not in client.get(f"{USERS}/").text
    assert client.get(f"{USERS}/{stranger.id}").status_code == 404
    for path in ("", "/sandi", "/keadaan"):
        assert client.post(f"{USERS}/{stranger.id}{path}", data={"password": PASSWORD, "name": "x"}).status_code == 404
    assert town.services.accounts.get(CITY, stranger.id) == stranger


def test_a_long_list_is_paged_by_key(town: Town) -> None:
    for number in range(103):
        town.add(f"orang{number:03}")
    client, path, seen = town.signed_in("admin"), f"{USERS}/", []
    while path:
        page = parse(client.get(path).text)
        seen += [row.all("td")[0].text.removeprefix("Nama masuk").strip() for row in page.all("tr")[1:]]
        onward = [link for link in page.all("a") if link.attributes.get("rel") == "next"]
        path = onward[0].attributes["href"] if onward else ""
    assert seen == [f"orang{number:03}" for number in range(103)] + ["siti"]


def test_roles_of_an_app_that_left_stay_until_somebody_takes_them(town: Town) -> None:
    client, account = town.signed_in("admin"), town.add("budi", roles={"parks": ["ranger"]})
    town.instance.ledger.drop_installation(NORTH, "parks")
    answer = client.post(f"{USERS}/{account.id}", data={"name": "Budi", "office": "", "roles.console": "auditor"})
    assert answer.status_code == 200
    assert town.services.accounts.get(NORTH, account.id).roles == {"console": {"auditor"}, "parks": {"ranger"}}

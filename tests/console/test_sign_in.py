"""Signing in, signing out and changing a password through the pages."""

from __future__ import annotations

from smartcity_share.host.passwords import MIN_LENGTH
from tests.console.conftest import NORTH, PASSWORD, Town
from tests.toolkit.markup import faults_of, parse

SIGN_IN = f"/{NORTH}/_/masuk"
SANDI = f"/{NORTH}/_/sandi"
NEW = "lima perahu merah berlayar"


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_read_alike(town: Town) -> None:
    town.add("siti", "admin")
    gone = town.add("budi")
    town.services.accounts.set_disabled(NORTH, gone.id, disabled=True)
    pages = [
        town.visitor().post(SIGN_IN, data={"login": login, "password": password})
        for login, password in (("siti", "salah"), ("tiada", PASSWORD), ("budi", PASSWORD))
    ]
    assert {page.status_code for page in pages} == {403}
    texts = {page.text.replace(login, "") for page, login in zip(pages, ("siti", "tiada", "budi"), strict=True)}
    assert len(texts) == 1
    assert faults_of(pages[0].text) == []
    assert "Nama masuk atau kata sandi tidak benar" in pages[0].text


def test_the_name_is_kept_and_the_password_is_not(town: Town) -> None:
    page = parse(town.visitor().post(SIGN_IN, data={"login": "<siti>", "password": "rahasia123"}).text)
    values = {element.attributes["name"]: element.attributes.get("value") for element in page.all("input")}
    assert values["login"] == "<siti>"
    assert values["password"] is None


def test_after_many_tries_the_page_says_until_when_to_wait(town: Town) -> None:
    town.add("siti")
    client = town.visitor()
    answers = [client.post(SIGN_IN, data={"login": "siti", "password": "salah"}) for _ in range(7)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert faults_of(answers[-1].text) == []
    assert "Coba lagi setelah" in answers[-1].text
    assert "WITA" in parse(answers[-1].text).all("time")[0].text
    assert client.post(SIGN_IN, data={"login": "siti", "password": PASSWORD}).status_code == 429


def test_signing_out_ends_the_session_and_a_second_time_is_no_fault(town: Town) -> None:
    client = town.signed_in("admin")
    assert client.get(f"/{NORTH}/_/konsol/").status_code == 200
    for _ in range(2):
        answer = client.post(f"/{NORTH}/_/keluar")
        assert "Anda sudah keluar" in answer.text
    assert client.get(f"/{NORTH}/_/konsol/").url.path == SIGN_IN


def test_signing_out_is_no_link(town: Town) -> None:
    client = town.signed_in("admin")
    assert client.get(f"/{NORTH}/_/keluar").status_code == 405
    assert client.get(f"/{NORTH}/_/konsol/").status_code == 200


def test_who_is_signed_in_is_led_past_the_form(town: Town) -> None:
    client = town.signed_in("admin")
    assert client.get(f"{SIGN_IN}?next=/{NORTH}/_/konsol/wilayah/").url.path == f"/{NORTH}/_/konsol/wilayah/"


def test_signing_in_leads_nowhere_outside_the_region(town: Town) -> None:
    town.add("siti")
    form = {"login": "siti", "password": PASSWORD, "next": "https://evil.example/"}
    assert town.visitor().post(SIGN_IN, data=form).url == f"http://localhost/{NORTH}/"


def test_a_first_password_has_to_be_changed_before_anything_else(town: Town) -> None:
    town.add("siti", "admin", must_change=True)
    client = town.visitor()
    answer = client.post(SIGN_IN, data={"login": "siti", "password": PASSWORD})
    assert answer.url.path == SANDI
    assert "diatur oleh orang lain" in answer.text
    assert client.get(f"/{NORTH}/_/konsol/").url.path == SANDI
    answer = client.post(SANDI, data={"current": PASSWORD, "new": NEW, "again": NEW})
    assert answer.url.path == f"/{NORTH}/"
    assert client.get(f"/{NORTH}/_/konsol/").status_code == 200


def test_a_new_password_is_refused_beside_its_control(town: Town) -> None:
    client = town.signed_in("admin")
    for entries, status, control, text in (
        ({"current": PASSWORD, "new": NEW, "again": "lain"}, 422, "again", "tidak sama"),
        ({"current": "salah", "new": NEW, "again": NEW}, 403, "current", "tidak benar"),
        ({"current": PASSWORD, "new": "pendek", "again": "pendek"}, 422, "new", f"paling sedikit {MIN_LENGTH}"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, 422, "new", "sama dengan yang sekarang"),
        ({"current": PASSWORD, "new": "katasandi12345678", "again": "katasandi12345678"}, 422, "new", "mudah ditebak"),
    ):
        answer = client.post(SANDI, data=entries)
        assert answer.status_code == status
        assert faults_of(answer.text) == []
        page = parse(answer.text)
        (shown,) = [element for element in page.walk() if element.attributes.get("id") == f"f-{control}-error"]
        assert text in shown.text
        assert all("value" not in element.attributes for element in page.all("input"))


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(town: Town) -> None:
    one, other = town.signed_in("admin"), town.signed_in("admin")
    answer = one.post(SANDI, data={"current": PASSWORD, "new": NEW, "again": NEW})
    assert "sudah diganti" in answer.text
    assert one.get(f"/{NORTH}/_/konsol/").status_code == 200
    assert other.get(f"/{NORTH}/_/konsol/").url.path == SIGN_IN


def test_a_visitor_has_no_password_to_change(town: Town) -> None:
    assert town.visitor().get(SANDI).url.path == SIGN_IN
    assert town.visitor().post(SANDI, data={"current": PASSWORD, "new": NEW, "again": NEW}).status_code in {401, 403}

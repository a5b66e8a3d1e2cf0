"""Whatever is typed or sent to the console: a page with what is wrong, nothing run, nothing lost, no line of a log forged."""

from __future__ import annotations

import logging
import re
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from smartcity_share.cli.journey.visitor import Form, Page
from smartcity_share.host.database import AccountsDatabase
from tests.console.conftest import NORTH, PASSWORD, Town
from tests.toolkit.markup import faults_of, parse

CONSOLE: Final = f"/{NORTH}/_/konsol"
NASTY: Final = {
    "html": "<script>alert('tanda')</script><img src=x onerror=tanda>\"'",
    "sql": "x'); DROP TABLE accounts; --",
    "template": "{{ 7*7191 }}{% for x in range(9) %}tanda{% endfor %}${7*7191}",
    "log": "ani\r\n2026-01-01 00:00:00 INFO smartcity_share: session.opened admin\x1b[31m",
    "path": "../../../../etc/passwd\x00.png",
    "long": "tanda" * 4000,
    "odd": "\ud83d\ude00 \u202etanda \u0000 \ufeff".encode("utf-16", "surrogatepass").decode("utf-16"),
}


def _forms(client: TestClient) -> dict[str, Form]:
    """Return every form the console shows an administrator, by its action; found by following links."""
    seen: set[str] = set()
    found: dict[str, Form] = {}
    waiting = [f"{CONSOLE}/", f"/{NORTH}/_/sandi"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        page = Page(f"http://localhost{path}", answer.status_code, {}, answer.content)
        found.update({form.action.removeprefix("http://localhost"): form for form in page.forms})
        links = (link.removeprefix("http://localhost").partition("#")[0] for link in page.links)
        waiting += [link for link in links if link.startswith((CONSOLE, f"/{NORTH}/_/")) and "keluar" not in link]
    return found


def test_every_form_is_found(town: Town) -> None:
    actions = set(_forms(town.signed_in("admin")))
    assert {f"{CONSOLE}/aplikasi/parks", f"{CONSOLE}/pengguna/baru", f"/{NORTH}/_/sandi", f"/{NORTH}/_/keluar"} <= actions
    assert any(re.fullmatch(rf"{CONSOLE}/pengguna/[^/]+/sandi", action) for action in actions)


@pytest.mark.parametrize("kind", sorted(NASTY))
def test_nothing_that_is_typed_into_a_form_is_run_or_forges_a_log(
    town: Town, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, word = town.signed_in("admin"), NASTY[kind]
    before = len(town.services.accounts.list(NORTH))
    for action, form in _forms(client).items():
        if action.endswith("/keluar"):
            continue
        for name in {*form.values, *form.choices}:
            values = {**{key: value for key, value in form.values.items() if value}, name: word}
            client = _anew(town)  # some forms end the session of who sends them
            send = client.post if form.method == "post" else client.get
            answer = send(action, **{"data" if form.method == "post" else "params": values})
            assert answer.status_code in {200, 400, 403, 409, 414, 422, 429}, (action, name)
            _is_harmless(answer.text, action, name)
    assert len(town.services.accounts.list(NORTH)) <= before + 3
    assert town.services.accounts.find(NORTH, "siti") is not None
    assert [record for record in caplog.records if "\n" in record.getMessage() and "tanda" in record.getMessage()] == []
    client = _anew(town)
    for path in (f"{CONSOLE}/", f"{CONSOLE}/audit", f"{CONSOLE}/pengguna", f"{CONSOLE}/aplikasi/parks"):
        answer = client.get(path)
        assert answer.status_code == 200
        _is_harmless(answer.text, path, "")


def _anew(town: Town) -> TestClient:
    """Return the administrator with a new session, whatever the last form did to the account."""
    accounts = town.services.accounts
    account = accounts.by_login(NORTH, "siti")
    accounts.set_roles(NORTH, account.id, {"console": ["admin"]})
    account = accounts.set_password(NORTH, account.id, PASSWORD, must_change=False)
    with AccountsDatabase(town.instance.accounts_database).write() as connection:
        token = town.services.sessions.open(connection, account)
    client = town.visitor()
    client.headers["cookie"] = f"smartcity_session={token}"
    return client


def _is_harmless(html: str, action: str, name: str) -> None:
    where = (action, name)
    assert faults_of(html) == [], where
    page = parse(html)
    assert [element.raw for element in page.all("script") if "tanda" in element.raw] == [], where
    assert [element for element in page.walk() if any(key.startswith("on") for key in element.attributes)] == [], where
    assert str(7 * 7191) not in html, where
    assert "Traceback" not in html, where


WORDS: Final = st.one_of(
    st.sampled_from(
        [
            *(word for word in NASTY.values() if len(word) < 200),
            "2026-03-02T08:00:00",
            "2026-03-02T08:00:00+99:99",
            "9" * 400,
            "-1",
            "1e309",
            "%00",
            "۱۲",
            "\r\nSet-Cookie: a=b",
        ]
    ),
    st.text(max_size=40),
)


@given(
    path=st.sampled_from(
        (f"{CONSOLE}/audit", f"{CONSOLE}/pengguna", f"{CONSOLE}/", f"{CONSOLE}/aplikasi/parks", f"/{NORTH}/_/masuk")
    ),
    asked=st.dictionaries(
        st.sampled_from(("pelaku", "tindakan", "aplikasi", "sebelum", "setelah", "periksa", "pesan", "next", "lanjut", "x")),
        WORDS,
        max_size=4,
    ),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_query_is_answered_with_a_page(town: Town, path: str, asked: dict[str, str]) -> None:
    client = town.signed_in("admin")
    answer = client.get(path, params={key: value.encode("utf-8", "replace") for key, value in asked.items()})
    assert answer.status_code in {200, 400, 414, 422}
    assert "set-cookie: a=b" not in str(answer.headers).lower()
    if "html" in answer.headers["content-type"]:
        _is_harmless(answer.text, path, str(asked))


def test_a_new_account_that_is_sent_twice_is_there_once_and_the_second_time_says_why(town: Town) -> None:
    client = town.signed_in("admin")
    form = {"name": "Budi", "login": "budi", "password": PASSWORD + " sekali", "role-console": "auditor"}
    assert client.post(f"{CONSOLE}/pengguna/baru", data=form).status_code == 200
    again = client.post(f"{CONSOLE}/pengguna/baru", data=form)
    assert again.status_code == 422
    assert "budi" in again.text
    assert [account.login for account in town.services.accounts.list(NORTH)].count("budi") == 1


def test_settings_that_are_sent_twice_are_the_same_settings(town: Town) -> None:
    client = town.signed_in("admin")
    form = {"name": "Taman Kota", "days": "4", "way": "mail", "-basis": "SK 7"}
    answers = [client.post(f"{CONSOLE}/aplikasi/parks", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    stored = {value.key: value.value for value in town.instance.ledger.settings(NORTH, "parks")}
    assert (stored["name"], stored["days"]) == ("Taman Kota", 4)


def test_a_password_that_is_sent_twice_is_changed_once_and_the_second_time_is_told(town: Town) -> None:
    client = town.signed_in("admin")
    values = {"current": PASSWORD, "new": PASSWORD + " lagi", "again": PASSWORD + " lagi"}
    assert client.post(f"/{NORTH}/_/sandi", data=values).status_code == 200
    assert client.post(f"/{NORTH}/_/sandi", data=values).status_code == 403
    assert client.get(f"{CONSOLE}/").status_code == 200


def test_a_file_in_a_form_that_asks_for_none_is_refused_in_words(town: Town) -> None:
    client = town.signed_in("admin")
    actions = [action for action, form in _forms(client).items() if form.method == "post"]
    for action in sorted(actions, key=lambda action: action.endswith("keluar")):
        answer = client.post(action, data={"login": "x"}, files={"photo": ("../x.jpg", b"GIF89a tanda", "image/jpeg")})
        assert answer.status_code == 400, action
        assert "Isian tidak dapat dibaca" in parse(answer.text).text

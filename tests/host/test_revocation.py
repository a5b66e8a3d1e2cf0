"""What was allowed a moment ago is refused as soon as it no longer is, also on the short way that repeated requests take.

Each case asks until the request goes the short way (a ticket, see ``smartcity_share.host.tickets``), changes one thing, and
asks again. What this process changes counts with the next request; what another one changes, and what lies in the ledger or in
the folder of a region, within the bound that ``docs/reference/host.md`` states.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import attrs
import pytest
from starlette.testclient import TestClient

from smartcity_share.console import console_app
from smartcity_share.host.account import Account
from smartcity_share.host.mounts import LOOK_SECONDS as LEDGER_SECONDS
from smartcity_share.host.routing import LOOK_SECONDS as PROFILE_SECONDS
from smartcity_share.install.records import InstallationState
from tests.host.conftest import CITY, ECHO, ECHO_MANIFEST, NORTH, PASSWORD, Town

DESK: Final = f"/{NORTH}/echo/desk"
SHOW: Final = f"/{NORTH}/echo/show"
SESSION_SECONDS: Final = 2.0


@pytest.fixture
def ways(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that took the long way so far."""
    return _watched(town, monkeypatch)


def _watched(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    taken: list[str] = []
    long = town.host._dispatch.serve

    async def counted(scope: Any, exchange: Any, region: Any) -> None:
        taken.append(scope["path"])
        await long(scope, exchange, region)

    monkeypatch.setattr(town.host._dispatch, "serve", counted)
    return taken


def _client(town: Town, account: Account, **options: Any) -> TestClient:
    client = town.client(**options)
    client.headers.update({"cookie": f"smartcity_session={town.token(account)}", "sec-fetch-site": "same-origin"})
    return client


def _short(client: TestClient, path: str, ways: list[str]) -> Any:
    """Ask until the request goes the short way, and return the answer it gets there."""
    first = client.get(path)
    assert first.status_code == 200
    ways.clear()
    answer = client.get(path)
    assert ways == [], "the request did not go the short way, so nothing would be shown"
    assert (answer.status_code, answer.text) == (200, first.text)
    return answer


# -- the session and its account, changed here: the next request -----------------------------------------------------------


def _sign_out(town: Town, account: Account, client: TestClient) -> None:
    assert client.post(f"/{NORTH}/_/keluar").status_code == 303


CHANGES: Final[dict[str, Callable[[Town, Account, TestClient], Any]]] = {
    "sign-out": _sign_out,
    "password": lambda town, account, _: town.services.accounts.set_password(NORTH, account.id, PASSWORD + " lagi"),
    "disabled": lambda town, account, _: town.services.accounts.set_disabled(NORTH, account.id, disabled=True),
    "role-removed": lambda town, account, _: town.services.accounts.set_roles(NORTH, account.id, {}),
    "role-given": lambda town, account, _: town.services.accounts.set_roles(NORTH, account.id, {"echo": ["head", "officer"]}),
    "name": lambda town, account, _: town.services.accounts.set_name(NORTH, account.id, "Ani"),
    "not-used-for-an-hour": lambda town, _, __: town.clock.forward(minutes=61),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_session_that_ended_is_refused_with_the_next_request(
    make_town: Callable[..., Town], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    town = make_town(console=console_app)
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST)
    ways = _watched(town, monkeypatch)
    account = town.add(roles={"echo": ["head"]})
    client = _client(town, account)
    assert _short(client, DESK, ways).json()["account"] == account.id
    CHANGES[change](town, account, client)
    assert client.get(DESK, headers={"accept": "application/json"}).status_code == 401


def test_a_session_is_not_remembered_past_its_twelve_hours(town: Town, ways: list[str]) -> None:
    account = town.add(roles={"echo": ["head"]})
    client = _client(town, account)
    for _ in range(12 * 60 // 40):
        assert client.get(DESK).status_code == 200
        town.clock.forward(minutes=40)
    town.clock.forward(seconds=-1)
    _short(client, DESK, ways)
    town.clock.forward(seconds=0.9)
    assert client.get(DESK).status_code == 200
    town.clock.forward(seconds=0.1)
    assert client.get(DESK, headers={"accept": "application/json"}).status_code == 401


def test_a_role_that_was_given_counts_after_the_next_sign_in_and_one_that_was_taken_does_not(
    town: Town, ways: list[str]
) -> None:
    account = town.add(roles={"echo": ["officer"]})
    client = _client(town, account)
    _short(client, DESK, ways)
    close = f"{DESK}/close"
    assert client.get(close).status_code == 403
    client = _client(town, town.services.accounts.set_roles(NORTH, account.id, {"echo": ["head"]}))
    assert _short(client, close, ways).json()["roles"] == ["head"]
    client = _client(town, town.services.accounts.set_roles(NORTH, account.id, {"echo": ["officer"]}))
    assert client.get(close).status_code == 403


def test_a_password_that_has_to_be_changed_lets_nobody_in(town: Town, ways: list[str]) -> None:
    account = town.add(roles={"echo": ["head"]})
    _short(_client(town, account), DESK, ways)
    account = town.services.accounts.set_password(NORTH, account.id, PASSWORD + " lagi", must_change=True)
    client = _client(town, account)
    for _ in range(2):
        answer = client.get(DESK, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, f"/{NORTH}/_/sandi")
        assert client.get(SHOW).json()["account"] is None


# -- nobody takes the way of another ---------------------------------------------------------------------------------------


def test_who_has_no_session_or_another_one_goes_no_way_that_was_opened_for_somebody(town: Town, ways: list[str]) -> None:
    ani, budi = town.add(roles={"echo": ["head"]}), town.add("budi", name="Budi", roles={"echo": ["officer"]})
    assert _short(_client(town, ani), DESK, ways).json()["account"] == ani.id
    assert _short(_client(town, budi), DESK, ways).json()["account"] == budi.id
    asks = {"accept": "application/json"}
    assert town.client().get(DESK, headers=asks).status_code == 401
    for cookie in ("smartcity_session=", f"smartcity_session={'A' * 43}", f"other={town.token(ani)}"):
        assert town.client().get(DESK, headers={**asks, "cookie": cookie}).status_code == 401


def test_a_session_opens_no_way_into_another_region(town: Town, ways: list[str]) -> None:
    town.install("echo", region=CITY)
    client = _client(town, town.add(roles={"echo": ["head"]}))
    _short(client, DESK, ways)
    for _ in range(2):
        answer = client.get(DESK.replace(NORTH, CITY), headers={"accept": "application/json"})
        assert answer.status_code == 401


def test_a_host_name_of_another_region_opens_no_way_that_was_opened_under_a_path(
    make_town: Callable[..., Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make_town(config={"hosts": {"kota.example.go.id": CITY}})
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST)
    ways = _watched(town, monkeypatch)
    _short(town.client(), SHOW, ways)
    for _ in range(2):
        assert town.client(host="kota.example.go.id").get(SHOW).status_code == 404
    town.install("echo", region=CITY)
    town.clock.forward(seconds=LEDGER_SECONDS)
    assert _short(town.client(host="kota.example.go.id"), "/echo/show", ways).json()["region"] == CITY
    assert town.client().get("/echo/show").status_code == 404


def _speak(town: Town, *languages: str) -> None:
    path = town.instance.layout.region(NORTH) / "profile.toml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"^languages = .*$", f"languages = {json.dumps(languages)}", text, flags=re.MULTILINE), "utf-8")


def test_another_language_is_another_page(town: Town, ways: list[str]) -> None:
    _speak(town, "id", "en")
    seen = {}
    for language in ("en", "id", "en"):
        client = town.client(cookies={"smartcity_language": language})
        seen[language] = _short(client, SHOW, ways).json()["language"]
    assert seen == {"en": "en", "id": "id"}


def test_a_request_that_is_not_of_the_plainest_form_is_looked_at_in_full(town: Town, ways: list[str]) -> None:
    client = town.client()
    _short(client, SHOW, ways)
    long = {"x-long": "x" * 33_000}
    many = {f"x-{number}": "1" for number in range(120)}
    assert [client.get(SHOW, headers=headers).status_code for headers in (long, many)] == [431, 431]
    assert client.get(f"{SHOW}?{'q' * 9_000}").status_code == 414
    assert client.get(SHOW, headers={"content-length": "12x"}).status_code == 400
    assert client.get(SHOW, headers={"content-length": str(10**9)}).status_code == 413
    assert client.get(SHOW, headers=[("origin", "a"), ("origin", "b")]).status_code == 400  # type: ignore[arg-type] # twice
    assert client.post(SHOW.replace("show", "body"), content=b"1234").text == "4"


# -- the ledger: half a second ---------------------------------------------------------------------------------------------


def _put(town: Town, **changes: Any) -> None:
    record = town.instance.ledger.installation(NORTH, "echo")
    assert record is not None
    town.instance.ledger.put_installation(attrs.evolve(record, **changes))


LEDGER: Final[dict[str, tuple[Callable[[Town], Any], int]]] = {
    "removed": (lambda town: town.instance.ledger.drop_installation(NORTH, "echo"), 404),
    "being-removed": (lambda town: _put(town, state=InstallationState.REMOVING), 503),
    "needs-a-person": (lambda town: _put(town, state=InstallationState.NEEDS_PERSON), 503),
    "being-changed": (lambda town: _put(town, state=InstallationState.INSTALLING), 503),
    "other-version": (lambda town: _put(town, version="2.0.0"), 503),
    "other-data-epoch": (lambda town: _put(town, data_epoch=2), 503),
}


@pytest.mark.parametrize("change", sorted(LEDGER))
@pytest.mark.parametrize("signed_in", [False, True])
def test_an_app_that_is_gone_or_paused_is_not_reached(town: Town, ways: list[str], change: str, signed_in: bool) -> None:
    client = _client(town, town.add(roles={"echo": ["head"]})) if signed_in else town.client()
    _short(client, DESK if signed_in else SHOW, ways)
    act, status = LEDGER[change]
    act(town)
    town.clock.forward(seconds=LEDGER_SECONDS)
    assert client.get(DESK if signed_in else SHOW).status_code == status


def test_an_app_that_comes_back_is_reached_again(town: Town, ways: list[str]) -> None:
    client = town.client()
    for state in (InstallationState.NEEDS_PERSON, InstallationState.ACTIVE) * 2:
        _put(town, state=state)
        town.clock.forward(seconds=LEDGER_SECONDS)
        if state is InstallationState.ACTIVE:
            _short(client, SHOW, ways)
        else:
            assert client.get(SHOW).status_code == 503


def test_a_changed_app_of_the_region_changes_the_menu_of_its_neighbours(town: Town, ways: list[str]) -> None:
    client = town.client()
    assert _short(client, SHOW, ways).json()["menu"] == [f"/{NORTH}/echo/front"]
    town.install("parks")
    town.clock.forward(seconds=LEDGER_SECONDS)
    assert _short(client, SHOW, ways).json()["menu"] == [f"/{NORTH}/echo/front", f"/{NORTH}/parks/"]


# -- the folder of the region: five seconds --------------------------------------------------------------------------------


def test_a_changed_profile_is_seen(town: Town, ways: list[str]) -> None:
    client = town.client()
    assert _short(client, SHOW, ways).json()["language"] == "id"
    _speak(town, "en")
    town.clock.forward(seconds=PROFILE_SECONDS)
    assert client.get(SHOW).json()["language"] == "en"


def test_a_region_that_is_taken_away_is_not_served(town: Town, ways: list[str]) -> None:
    client = town.client()
    _short(client, SHOW, ways)
    folder = town.instance.layout.region(NORTH)
    folder.rename(town.instance.folder / "taken-away")
    town.clock.forward(seconds=PROFILE_SECONDS)
    assert client.get(SHOW).status_code == 404


# -- another process -------------------------------------------------------------------------------------------------------


def _command(town: Town, *words: str, stdin: str = "") -> None:
    command = [sys.executable, "-m", "smartcity_share", *words, "--region", NORTH, "--instance", str(town.instance.folder)]
    ran = subprocess.run(command, input=stdin, text=True, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


ELSEWHERE: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "disabled": (("user", "disable", "ani"), ""),
    "password": (("user", "password", "ani", "--password-stdin"), "kuda laut di teluk biru\n"),
    "role-removed": (("user", "roles", "ani"), ""),
}


@pytest.mark.parametrize("change", sorted(ELSEWHERE))
def test_what_the_command_line_changes_of_an_account_counts_after_two_seconds(town: Town, ways: list[str], change: str) -> None:
    client = _client(town, town.add(roles={"echo": ["head"]}))
    _short(client, DESK, ways)
    words, stdin = ELSEWHERE[change]
    _command(town, *words, stdin=stdin)
    town.clock.forward(seconds=SESSION_SECONDS)
    assert client.get(DESK, headers={"accept": "application/json"}).status_code == 401


def test_an_app_that_the_command_line_removes_is_gone_after_half_a_second(town: Town, ways: list[str]) -> None:
    client = town.client()
    _short(client, SHOW, ways)
    _command(town, "remove", "echo", "--yes", "--no-export")
    town.clock.forward(seconds=LEDGER_SECONDS)
    assert client.get(SHOW).status_code == 404


def test_a_hold_that_is_never_asked_again_ends_with_its_time(town: Town, ways: list[str]) -> None:
    """Sessions are remembered by the clock that never goes back, so a wall clock that is set back keeps nobody in."""
    account = town.add(roles={"echo": ["head"]})
    client = _client(town, account)
    _short(client, DESK, ways)
    town.services.accounts.set_disabled(NORTH, account.id, disabled=True)
    town.clock.moment -= timedelta(hours=1)
    assert client.get(DESK, headers={"accept": "application/json"}).status_code == 401

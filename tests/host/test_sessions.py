"""Sessions end when they should, and at once when what an account may do changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from smartcity_share.host.account import Account
from smartcity_share.host.accounts import Accounts
from smartcity_share.host.services import make_services
from smartcity_share.host.sessions import Session
from tests.host.conftest import CITY, NORTH, PASSWORD, Town, fast_hashes


def _read(town: Town, token: str, region: str = NORTH) -> Session | None:
    return asyncio.run(town.services.sessions.read(region, token))


def test_a_session_says_whose_it_is(town: Town) -> None:
    account = town.add(roles={"echo": ["head"]})
    session = _read(town, town.token(account))
    assert session is not None
    assert (session.account, session.region, session.roles) == (account.id, NORTH, {"echo": frozenset({"head"})})


def test_the_token_is_not_stored(town: Town) -> None:
    token = town.token(town.add())
    assert len(token) == 43
    town.instance.close()
    content = b"".join(path.read_bytes() for path in town.instance.folder.glob("accounts.sqlite*"))
    assert token.encode() not in content


def test_a_session_ends_an_hour_after_its_last_use(town: Town) -> None:
    token = town.token(town.add())
    for _ in range(4):
        town.clock.forward(minutes=50)
        assert _read(town, token) is not None
    town.clock.forward(minutes=61)
    assert _read(town, token) is None


def test_a_session_ends_twelve_hours_after_sign_in_however_it_is_used(town: Town) -> None:
    token = town.token(town.add())
    for _ in range(23):
        town.clock.forward(minutes=31)
        assert _read(town, token) is not None
    town.clock.forward(minutes=31)
    assert _read(town, token) is None


@pytest.mark.parametrize("remembered", [True, False])
def test_a_session_is_good_in_its_region_alone(town: Town, remembered: bool) -> None:
    token = town.token(town.add())
    if remembered:
        assert _read(town, token) is not None
    assert _read(town, token, CITY) is None


CHANGES: dict[str, Callable[[Accounts, Account], Any]] = {
    "password": lambda accounts, account: accounts.set_password(NORTH, account.id, PASSWORD + " lagi"),
    "disabled": lambda accounts, account: accounts.set_disabled(NORTH, account.id, disabled=True),
    "roles": lambda accounts, account: accounts.set_roles(NORTH, account.id, {"echo": ["officer"]}),
    "office": lambda accounts, account: accounts.set_office(NORTH, account.id, None),
    "name": lambda accounts, account: accounts.set_name(NORTH, account.id, "Ani"),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_change_of_the_account_ends_its_sessions_at_once(town: Town, change: str) -> None:
    account = town.add(roles={"echo": ["head"]})
    tokens = [town.token(account), town.token(account)]
    other = town.token(town.add("budi"))
    assert all(_read(town, token) for token in (*tokens, other))
    CHANGES[change](town.services.accounts, account)
    assert [_read(town, token) for token in tokens] == [None, None]
    assert _read(town, other) is not None


def test_a_change_by_another_process_is_seen_after_two_seconds(town: Town) -> None:
    account = town.add()
    token = town.token(account)
    assert _read(town, token) is not None
    elsewhere = make_services(town.instance, hashes=fast_hashes())
    elsewhere.accounts.set_disabled(NORTH, account.id, disabled=True)
    town.clock.forward(seconds=2.1)
    assert _read(town, token) is None


def test_a_read_that_was_under_way_when_a_session_ended_is_not_remembered(town: Town) -> None:
    account, sessions = town.add(), town.services.sessions
    token = town.token(account)
    found = sessions._now

    def change_meanwhile() -> Any:
        sessions._now = found
        town.services.accounts.set_disabled(NORTH, account.id, disabled=True)
        return found()

    sessions._now = change_meanwhile
    _read(town, token)
    assert _read(town, token) is None


def test_a_page_with_many_parts_reads_a_session_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions, token = town.services.sessions, town.token(town.add())
    reads: list[bytes] = []
    real = sessions._read

    def counted(region: str, digest: bytes) -> Session | None:
        reads.append(digest)
        return real(region, digest)

    monkeypatch.setattr(sessions, "_read", counted)
    assert all(_read(town, token) for _ in range(20))
    assert len(reads) == 1


def test_what_is_remembered_is_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartcity_share.host.sessions._MOST_REMEMBERED", 3)
    account = town.add()
    for _ in range(10):
        assert _read(town, town.token(account)) is not None
    assert len(town.services.sessions._known) <= 3

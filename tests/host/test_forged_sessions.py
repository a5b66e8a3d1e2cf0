"""A session that nobody opened opens nothing, however it is put together."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.host.conftest import NORTH, Town

DESK: Final = f"/{NORTH}/echo/desk"
NAME: Final = "smartcity_session"


def _digest(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")


FORGED: Final[dict[str, Callable[[str], str]]] = {
    "empty": lambda _: f"{NAME}=",
    "one-character-other": lambda token: f"{NAME}={token[:-2]}{'A' if token[-2] != 'A' else 'B'}{token[-1]}",
    "cut": lambda token: f"{NAME}={token[:-1]}",
    "longer": lambda token: f"{NAME}={token}A",
    "padded": lambda token: f"{NAME}={token}=",
    "quoted": lambda token: f'{NAME}="{token}"',
    "small-letters": lambda token: f"{NAME}={token.lower() if token != token.lower() else token.upper()}",
    "what-the-database-holds": lambda token: f"{NAME}={_digest(token)}",
    "under-another-name": lambda token: f"session={token}",
    "under-the-name-for-https": lambda token: f"__Host-{NAME}={token}; __Secure-{NAME}={token}",
    "behind-another-that-is-none": lambda token: f"{NAME}={'A' * 43}; {NAME}={token}",
    "sql": lambda _: f"{NAME}=' OR '1'='1",
    "not-ascii": lambda _: f"{NAME}=" + "é" * 43,
}


@pytest.mark.parametrize("kind", sorted(FORGED))
@pytest.mark.parametrize("warm", [False, True])
def test_a_forged_session_is_nobody(town: Town, kind: str, warm: bool) -> None:
    account = town.add(roles={"echo": ["head"]})
    token = town.token(account)
    good = {"cookie": f"{NAME}={token}", "accept": "application/json"}
    for _ in range(2 if warm else 0):
        assert town.client().get(DESK, headers=good).status_code == 200
    forged = {"cookie": FORGED[kind](token).encode("latin-1"), "accept": b"application/json"}
    for _ in range(2):
        assert town.client().get(DESK, headers=forged).status_code == 401
        shown = town.client().get(f"/{NORTH}/echo/show", headers=forged).json()
        assert (shown["account"], shown["permissions"]) == (None, [])
    assert town.client().get(DESK, headers=good).status_code == 200


@pytest.mark.parametrize(
    "place", [{"authorization": "Bearer {}"}, {"x-session": "{}"}, {"x-forwarded-user": "ani"}, {"smartcity-actor": "ani"}]
)
def test_a_session_counts_in_its_cookie_alone(town: Town, place: dict[str, str]) -> None:
    token = town.token(town.add(roles={"echo": ["head"]}))
    headers = {name: value.format(token) for name, value in place.items()}
    answer = town.client().get(f"{DESK}?{NAME}={token}", headers={**headers, "accept": "application/json"})
    assert answer.status_code == 401


@given(cookie=st.one_of(st.binary(max_size=80), st.from_regex(rb"smartcity_session=[A-Za-z0-9_-]{43}", fullmatch=True)))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cookie_that_was_made_up_opens_anything(town: Town, cookie: bytes) -> None:
    clean = bytes(byte for byte in cookie if byte >= 32 and byte != 127)
    assert town.client().get(DESK, headers={"cookie": clean, "accept": b"application/json"}).status_code == 401

"""A request another site made a browser send is refused."""

from __future__ import annotations

import pytest

from smartcity_share.host.csrf import is_forged
from tests.host.conftest import NORTH, Town


@pytest.mark.parametrize(
    ("headers", "cookie", "forged"),
    [
        ({"sec-fetch-site": "same-origin"}, True, False),
        ({"sec-fetch-site": "none"}, True, False),
        ({"sec-fetch-site": "same-site"}, False, True),
        ({"sec-fetch-site": "cross-site"}, False, True),
        ({"sec-fetch-site": "Same-Origin"}, False, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost"}, False, True),
        ({"origin": "http://localhost"}, True, False),
        ({"origin": "http://localhost:80"}, True, False),
        ({"origin": "http://localhost:8000"}, False, True),
        ({"origin": "https://evil.example"}, False, True),
        ({"origin": "null"}, False, True),
        ({"origin": ""}, False, True),
        ({}, True, True),
        ({}, False, False),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_where_a_request_comes_from_decides(headers: dict[str, str], cookie: bool, forged: bool, method: str) -> None:
    given = {name.encode(): value.encode() for name, value in headers.items()}
    assert is_forged(method, given, scheme="http", host="localhost", has_session_cookie=cookie) is forged


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_link_from_another_site_is_followed(method: str) -> None:
    given = {b"sec-fetch-site": b"cross-site"}
    assert not is_forged(method, given, scheme="https", host="a.example", has_session_cookie=True)


def test_a_forged_request_never_reaches_the_app_and_is_recorded(town: Town) -> None:
    account = town.add(roles={"echo": ["officer"]})
    with town.signed_in(account) as client:
        answer = client.post(f"/{NORTH}/echo/reports/7", headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, "region" in answer.text) == (403, False)
    (entry,) = town.services.audit.entries(NORTH)
    assert (entry.action, entry.account) == ("request.forged", account.id)


def test_a_program_without_a_session_may_post(town: Town) -> None:
    assert town.client().post(f"/{NORTH}/echo/body", content=b"12345").text == "5"


def test_a_cookie_that_is_no_session_counts_as_one_against_forgery(town: Town) -> None:
    assert town.client().post(f"/{NORTH}/echo/body", headers={"cookie": "smartcity_session=x"}).status_code == 403

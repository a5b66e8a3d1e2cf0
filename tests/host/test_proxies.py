"""Who asks: what a trusted proxy forwards is believed, what a client claims is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_share.host.proxies import Origin, Proxies, given_request_id
from tests.host.conftest import ECHO, ECHO_MANIFEST, NORTH, Town
from tests.host.raw import raw_request

PROXIES = Proxies(("127.0.0.1", "10.0.0.0/8", "fd00::/8"))


@pytest.mark.parametrize(
    ("client", "headers", "origin"),
    [
        ("192.0.2.7", {}, Origin("192.0.2.7", "http", trusted=False)),
        (
            "192.0.2.7",
            {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"},
            Origin("192.0.2.7", "http", trusted=False),
        ),
        ("127.0.0.1", {}, Origin("127.0.0.1", "http", trusted=True)),
        (
            "127.0.0.1",
            {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"},
            Origin("198.51.100.1", "https", trusted=True),
        ),
        ("127.0.0.1", {"x-forwarded-for": "6.6.6.6, 198.51.100.1"}, Origin("198.51.100.1", "http", trusted=True)),
        ("127.0.0.1", {"x-forwarded-for": "198.51.100.1, 10.1.2.3"}, Origin("198.51.100.1", "http", trusted=True)),
        ("127.0.0.1", {"x-forwarded-for": "10.1.2.3, 10.1.2.4"}, Origin("10.1.2.3", "http", trusted=True)),
        ("127.0.0.1", {"x-forwarded-for": "198.51.100.1, nonsense"}, Origin("127.0.0.1", "http", trusted=True)),
        ("127.0.0.1", {"x-forwarded-for": ""}, Origin("127.0.0.1", "http", trusted=True)),
        ("fd00::1", {"x-forwarded-for": "[2001:db8::1]"}, Origin("2001:db8::1", "http", trusted=True)),
        ("127.0.0.1", {"x-forwarded-proto": "http, https"}, Origin("127.0.0.1", "https", trusted=True)),
        ("127.0.0.1", {"x-forwarded-proto": "gopher"}, Origin("127.0.0.1", "http", trusted=True)),
        ("no address", {"x-forwarded-for": "198.51.100.1"}, Origin("no address", "http", trusted=False)),
    ],
)
def test_the_origin_of_a_request(client: str, headers: dict[str, str], origin: Origin) -> None:
    given = {name.encode(): value.encode() for name, value in headers.items()}
    assert PROXIES.origin({"client": (client, 1), "scheme": "http"}, given) == origin


def test_a_server_that_does_not_say_who_asks_is_served() -> None:
    assert PROXIES.origin({"client": None, "scheme": "https"}, {}) == Origin("unknown", "https", trusted=False)


@pytest.mark.parametrize(
    ("value", "taken"),
    [(b"abcd-1234.x_y", True), (b"short", False), (b"a" * 65, False), (b"abcdefgh\n", False), (b"<script>x", False)],
)
def test_an_id_that_can_be_logged_is_taken_over(value: bytes, taken: bool) -> None:
    assert (given_request_id({b"x-request-id": value}) is not None) is taken


def test_forwarded_headers_reach_the_app_as_scheme_and_the_answer_as_id(make_town: Callable[..., Town]) -> None:
    town = make_town(config={"server": {"trusted_proxies": ["192.0.2.7"]}})
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST)
    headers = [(b"host", b"a.example"), (b"x-forwarded-proto", b"https"), (b"x-request-id", b"from-proxy-1")]
    answer = raw_request(town.host, "GET", f"/{NORTH}/echo/show".encode(), headers)
    assert b'"scheme":"https"' in answer.body
    assert (answer.headers["x-request-id"], "strict-transport-security" in answer.headers) == ("from-proxy-1", True)
    stranger = raw_request(town.host, "GET", f"/{NORTH}/echo/show".encode(), headers, client=("192.0.2.8", 1))
    assert b'"scheme":"http"' in stranger.body
    assert stranger.headers["x-request-id"] != "from-proxy-1"

"""Names, attributes and confinement of cookies."""

from __future__ import annotations

import pytest

from smartcity_share.host.cookies import confined, cookie_name, is_loopback_name, read_cookies, without_session


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("localhost:8000", True),
        ("makassar.localhost:8000", True),
        ("127.0.0.1:80", True),
        ("[::1]", True),
        ("[::1]:8000", True),
        ("example.go.id", False),
        ("localhost.example.go.id", False),
        ("127.0.0.2.example", False),
        ("", False),
        ("notlocalhost", False),
    ],
)
def test_this_machine_is_known_by_its_names(host: str, loopback: bool) -> None:
    assert is_loopback_name(host) is loopback


def test_the_prefix_says_where_the_cookie_is_good() -> None:
    names = [cookie_name("/71.08", secure=True), cookie_name("", secure=True), cookie_name("/71.08", secure=False)]
    assert names == ["__Secure-smartcity_session", "__Host-smartcity_session", "smartcity_session"]


@pytest.mark.parametrize("padding", ["", "x" * 2000], ids=["remembered", "too long to remember"])
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("a=1; s=2", "2"),
        ("s=2; s=3", "2"),
        ("xs=1", None),
        ("s", None),
        ("", None),
        (" s=a=b ", "a=b"),
        ("s=", ""),
        ("S=1", None),
    ],
)
def test_a_cookie_is_read_by_its_exact_name(header: str, value: str | None, padding: str) -> None:
    assert read_cookies(f"{header}; pad={padding}".encode(), "s").token == value


def test_the_language_the_reader_chose_is_read() -> None:
    assert read_cookies(b"a=1; smartcity_language=en", "s").language == "en"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"a=1", [b"a=1; Path=/71.08"]),
        (b"a=1; Path=/", [b"a=1; Path=/71.08"]),
        (b"a=1; path=/73.71/echo; Secure", [b"a=1; Path=/71.08; Secure"]),
        (b"a=1; Path=/71.08/echo; Domain=example.go.id; HttpOnly", [b"a=1; Path=/71.08/echo; HttpOnly"]),
        (b"a=1; Path=/71.080", [b"a=1; Path=/71.08"]),
        (b"smartcity_session=x", []),
        (b"__Host-smartcity_session=x; Path=/", []),
        (b"__secure-SMARTCITY_session=x", []),
        (b" smartcity_session =x", []),
    ],
)
def test_an_apps_cookie_is_confined_to_its_region(given: bytes, kept: list[bytes]) -> None:
    assert confined([given], "/71.08") == kept


def test_under_a_host_name_the_region_is_the_whole_host() -> None:
    assert confined([b"a=1; Path=/echo", b"b=1"], "") == [b"a=1; Path=/echo", b"b=1; Path=/"]


def test_only_the_cookie_of_the_session_is_taken_out() -> None:
    headers = [(b"cookie", b"a=1; s=2; b=3; s=9"), (b"accept", b"*/*")]
    assert without_session(headers, read_cookies(b"a=1; s=2; b=3; s=9", "s")) == [(b"accept", b"*/*"), (b"cookie", b"a=1; b=3")]
    assert without_session([(b"cookie", b"s=2")], read_cookies(b"s=2", "s")) == []

"""Paths that several layers could read in several ways are refused, so no spelling gets around a protected prefix."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartcity_share.host.paths import LONGEST_PATH, LONGEST_QUERY, checked_path, safe_next
from smartcity_share.host.refusal import Refusal
from tests.host.conftest import NORTH, Town
from tests.host.raw import raw_request


def _scope(raw: bytes, path: str | None = None, query: bytes = b"") -> dict[str, object]:
    from urllib.parse import unquote

    return {"raw_path": raw, "path": unquote(raw.decode("ascii")) if path is None else path, "query_string": query}


@pytest.mark.parametrize(
    "raw",
    [
        b"/",
        b"/a",
        b"/a/",
        b"/a/b.c",
        b"/.well-known/x",
        b"/a/...",
        b"/a..b",
        b"/%C3%A9",
        b"/a%20b",
        b"/a/%7Eb",
        b"/a,b;c=1",
        b"/x%25",
    ],
)
def test_a_clear_path_passes(raw: bytes) -> None:
    assert checked_path(_scope(raw)).startswith("/")


@pytest.mark.parametrize(
    "raw",
    [
        b"//",
        b"//a",
        b"/a//b",
        b"/a//",
        b"/.",
        b"/..",
        b"/a/./b",
        b"/a/../b",
        b"/a/..",
        b"/%2e",
        b"/%2E%2e/a",
        b"/a/.%2e/b",
        b"/a%2fb",
        b"/a%2Fb",
        b"/a%5cb",
        b"/a\\b",
        b"/a%00",
        b"/a%0ab",
        b"/a%7f",
        b"/%",
        b"/%g1",
        b"/%2",
        b"/%ff",
        b"/%c3",
        b"/%ed%a0%80",
        b"a",
        b"http://other/a",
        b"",
    ],
)
def test_an_unclear_path_is_refused(raw: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        checked_path(_scope(raw))
    assert refused.value.status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("path", ["/b", "/a/../b", "/a/"])
def test_a_decoded_path_that_is_not_the_one_sent_is_refused(path: str) -> None:
    with pytest.raises(Refusal):
        checked_path(_scope(b"/a", path))


def test_a_server_that_gives_no_raw_path_is_served() -> None:
    assert checked_path({"path": "/a/é", "query_string": b""}) == "/a/é"


@pytest.mark.parametrize(("raw", "query"), [(b"/" + b"a" * LONGEST_PATH, b""), (b"/", b"a" * (LONGEST_QUERY + 1))])
def test_a_long_address_is_refused(raw: bytes, query: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        checked_path(_scope(raw, query=query))
    assert refused.value.status is HTTPStatus.REQUEST_URI_TOO_LONG


def _spellings() -> st.SearchStrategy[bytes]:
    """Every way we know to write a path that some layer takes for ``/71.08/echo/desk/close``."""
    letters = st.sampled_from("/71.08/echo/desk/close").map(lambda letter: quote(letter, safe=""))
    noise = st.sampled_from(
        [
            "/",
            "//",
            "/.",
            "/..",
            "/./",
            "/../",
            "%2f",
            "%2F",
            "%5c",
            "\\",
            ";",
            ";a=b",
            "%00",
            "%20",
            ".",
            "%2e",
            "%252e",
            "%252f",
            "?",
            "%3f",
            "%23",
            "%c0%af",
            "%ef%bc%8f",
            "%e2%80%ae",
            "DESK",
            "desk",
            "d%65sk",
            "echo",
            "show",
            "front",
            "inner",
            "close",
            "/73.71/",
        ]
    )
    part = st.one_of(
        noise,
        letters,
        st.sampled_from(["/71.08/echo/desk", "/71.08/echo/", "/71.08", "/desk/close", "/show/../desk", "/front/..;/desk"]),
    )
    return st.lists(part, min_size=1, max_size=8).map(lambda parts: ("/71.08/echo/" + "".join(parts)).encode("ascii"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=_spellings(), method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"]))
def test_no_spelling_of_a_path_reaches_a_protected_page_without_its_role(town: Town, raw: bytes, method: str) -> None:
    """The app says which of its routes ran; ``/desk`` and below must never run for a visitor."""
    answer = raw_request(town.host, method, raw)
    assert b"desk-route" not in answer.body
    assert answer.status in {200, 204, 303, 307, 400, 401, 403, 404, 405, 500, 503}


@pytest.mark.parametrize("target", ["/71.08/", "/71.08/echo/desk?a=1&b=%20", "/71.08/echo/%C3%A9", "/71.08/_/konsol/"])
def test_sign_in_leads_back_inside_the_region(target: str) -> None:
    assert safe_next(target, "/71.08") == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/73.71/",
        "/71.08",
        "/71.080/",
        "/71.08/../73.71/",
        "/71.08/%2e%2e/73.71/",
        "/71.08//evil.example",
        "/71.08/\r\nSet-Cookie: a=b",
        "/71.08/\x00",
        "javascript:alert(1)",
        "/71.08/é",
        "/71.08/a b",
        "/71.08/#x",
        "/71.08/%",
        "/71.08/_/masuk?next=/71.08/_/masuk",
        "/71.08/_/keluar",
        " /71.08/x",
        "/71.08/" + "a" * 3000,
    ],
)
def test_sign_in_leads_nowhere_else(target: str | None) -> None:
    assert safe_next(target, "/71.08") == "/71.08/"


@pytest.mark.parametrize("target", ["//evil.example/", "/\\evil.example/", "https://evil.example/", "/%5cevil.example"])
def test_sign_in_leads_nowhere_else_under_a_host_name(target: str) -> None:
    assert safe_next(target, "") == "/"


@given(st.text(max_size=60))
def test_what_sign_in_leads_to_is_always_a_path_of_the_region(target: str) -> None:
    found = safe_next(target, f"/{NORTH}")
    assert found.startswith(f"/{NORTH}/")
    assert found.isascii()
    assert "//" not in found.partition("?")[0]

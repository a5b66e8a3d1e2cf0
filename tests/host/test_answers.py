"""What every answer carries, and what an app cannot take away from it."""

from __future__ import annotations

import pytest

from smartcity_share.host.headers import CONTENT_SECURITY_POLICY, answer_headers
from tests.host.conftest import NORTH, Town

EXPECTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path",
    ["/", f"/{NORTH}", f"/{NORTH}/echo/inner/leaf/7", f"/{NORTH}/echo/desk", f"/{NORTH}/echo/boom", "/99.99/", "/a//b"],
)
def test_every_answer_carries_the_security_headers(town: Town, path: str) -> None:
    found = town.client().get(path).headers
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    assert found["content-security-policy"] == CONTENT_SECURITY_POLICY.decode()
    assert "geolocation=(self)" in found["permissions-policy"]
    assert found["x-request-id"]
    assert "server" not in found
    assert "strict-transport-security" not in found


def test_the_policy_allows_no_inline_script_or_style_and_no_foreign_source() -> None:
    policy = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.decode().split(";"))
    assert policy["default-src"] == "'self'"
    assert not {"script-src", "style-src"} & set(policy)
    assert "unsafe" not in CONTENT_SECURITY_POLICY.decode()
    assert (policy["frame-ancestors"], policy["base-uri"], policy["object-src"], policy["form-action"]) == (
        "'none'",
        "'none'",
        "'none'",
        "'self'",
    )


def test_https_is_demanded_where_it_is_spoken(town: Town) -> None:
    assert town.client(https=True).get("/healthz").headers["strict-transport-security"] == "max-age=31536000"


def test_an_app_cannot_weaken_the_headers(town: Town) -> None:
    found = town.client().get(f"/{NORTH}/echo/weaken")
    assert found.headers.get_list("content-security-policy") == ["default-src *", CONTENT_SECURITY_POLICY.decode()]
    assert {name: found.headers.get_list(name) for name in ("x-frame-options", "referrer-policy")} == {
        "x-frame-options": ["DENY"],
        "referrer-policy": ["same-origin"],
    }
    assert not {"service-worker-allowed", "clear-site-data", "access-control-allow-credentials"} & set(found.headers)
    assert found.headers.get_list("x-request-id") != ["mine"]
    assert len(found.headers.get_list("x-request-id")) == 1


def test_an_apps_cookie_stays_in_its_region_and_is_never_the_sessions(town: Town) -> None:
    (cookie,) = town.client().get(f"/{NORTH}/echo/weaken").headers.get_list("set-cookie")
    assert cookie == f"basket=1; Path=/{NORTH}; SameSite=lax"


def test_a_page_for_a_signed_in_official_is_not_stored(town: Town) -> None:
    with town.signed_in(town.add()) as client:
        assert client.get(f"/{NORTH}/echo/show").headers["cache-control"] == "no-store"
    assert "cache-control" not in town.client().get(f"/{NORTH}/echo/show").headers


def test_request_ids_differ(town: Town) -> None:
    client = town.client()
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(5)}) == 5


def test_data_goes_out_without_the_headers_that_rule_documents(town: Town) -> None:
    found = town.client(https=True).get(f"/{NORTH}/echo/show").headers
    assert found["content-type"] == "application/json"
    assert (found["x-content-type-options"], found["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
    assert "strict-transport-security" in found
    assert not {"content-security-policy", "permissions-policy", "x-frame-options"} & set(found)


@pytest.mark.parametrize(
    "kind", [b"text/html", b"image/svg+xml", b"application/xml", b"text/plain", b"application/pdf", b"application/json+x", b""]
)
def test_what_could_be_a_document_is_ruled_as_one(kind: bytes) -> None:
    found = answer_headers([(b"Content-Type", kind)], request_id=b"r", https=False, root="", signed_in=False)
    assert (b"content-security-policy", CONTENT_SECURITY_POLICY) in found


def test_one_kind_of_content_said_twice_is_ruled_as_a_document() -> None:
    given = [(b"content-type", b"text/html"), (b"content-type", b"application/json")]
    found = answer_headers(given, request_id=b"r", https=False, root="", signed_in=False)
    assert (b"content-security-policy", CONTENT_SECURITY_POLICY) in found

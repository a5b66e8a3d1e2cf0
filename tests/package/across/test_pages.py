"""Every address of an app has a page in the manifest, and every page an address."""

from __future__ import annotations

import pytest

from smartcity_share.package.interview import Interview, Route
from tests.package.across.conftest import Judge
from tests.package.across.written import PAGES, told


def page(path: str, *methods: str) -> dict[str, object]:
    """An entry of the manifest."""
    return {"path": path, "access": "public", **({"methods": list(methods)} if methods else {})}


def answered(*routes: Route) -> Interview:
    """What an app with these addresses answers."""
    return Interview(hooks=("asgi_app",), routes=routes)


@pytest.mark.parametrize(
    ("pages", "routes"),
    [
        ([page("/")], [Route(path="/"), Route(path="/a/b")]),
        ([page("/a")], [Route(path="/a/{number}", methods=("GET", "HEAD"))]),
        ([page("/a/{name}", "POST")], [Route(path="/a/{key:int}", methods=("POST",))]),
        ([page("/static/css")], [Route(path="/static", beneath=True)]),
        ([page("/files/a")], [Route(path="/files/{rest:path}"), Route(path="/files/a")]),
    ],
)
def test_addresses_and_pages_that_cover_each_other_are_no_fault(
    judge: Judge, pages: list[dict[str, object]], routes: list[Route]
) -> None:
    if any(route.path.endswith(":path}") for route in routes):
        pages = [page("/files"), *pages]
    assert judge(PAGES, manifest={"page": pages}, interview=answered(*routes)) == []


def test_an_address_that_no_page_covers_is_a_fault_that_says_what_to_write(judge: Judge) -> None:
    routes = Route(path="/a"), Route(path="/b/{key:int}", methods=("GET",))
    (fault,) = judge(PAGES, manifest={"page": [page("/a")]}, interview=answered(*routes))

    assert told([fault]) == [("page-undeclared", "smartcity.toml", "page")]
    assert 'path = "/b/{key}"' in fault.mend


def test_a_page_of_other_methods_than_the_address_covers_nothing(judge: Judge) -> None:
    faults = judge(PAGES, manifest={"page": [page("/a", "GET")]}, interview=answered(Route(path="/a", methods=("POST",))))

    assert [fault.code for fault in faults] == ["page-not-served", "page-undeclared"]


def test_a_page_that_nothing_serves_is_a_fault_at_its_line(judge: Judge) -> None:
    pages = {"page": [page("/a"), page("/gone")]}
    faults = judge(PAGES, manifest=pages, interview=answered(Route(path="/a")))

    assert told(faults) == [("page-not-served", "smartcity.toml", "page[2].path")]
    assert faults[0].where.line


def test_an_application_that_does_not_tell_its_addresses_is_not_judged(judge: Judge) -> None:
    pages = {"page": [page("/gone")]}

    assert judge(PAGES, manifest=pages) == []
    assert judge(PAGES, manifest=pages, interview=Interview(hooks=("asgi_app",))) == []

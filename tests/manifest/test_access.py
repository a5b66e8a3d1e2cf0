"""The most specific page decides who may open an address; what no page covers is open to nobody."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.manifest.access import PageMatcher, permissions_of
from smartcity_share.manifest.model import Page
from smartcity_share.manifest.read import read_manifest


def page(path: str, *methods: str, access: str = "public") -> Page:
    """One page entry."""
    return Page.model_validate({"path": path, "access": access, "methods": list(methods)})


PAGES = (
    page("/", "GET"),
    page("/reports", "GET", "POST"),
    page("/reports/{number}"),
    page("/reports/new"),
    page("/reports/{number}/edit", access="signed-in"),
    page("/reports/{number}/edit", "GET"),
    page("/{kind}/old/{number}"),
    page("/reports/{x}/{y}"),
    page("/Desk", access="signed-in"),
)


@pytest.mark.parametrize(
    ("path", "method", "found"),
    [
        ("/", "GET", 0),
        ("", "GET", 0),
        ("/", "HEAD", 0),
        ("/", "POST", None),
        ("/other/beneath", "GET", 0),
        ("/reports", "GET", 1),
        ("/reports/", "GET", 1),
        ("/reports", "post", 1),
        ("/reports", "DELETE", None),
        ("/reports/7", "DELETE", 2),
        ("/reports/new", "GET", 3),
        ("/reports/new/photo", "GET", 7),
        ("/reports/7/edit", "POST", 4),
        ("/reports/7/edit", "GET", 5),
        ("/reports/7/edit/photo", "GET", 5),
        ("/reports/old/7", "GET", 7),
        ("/things/old/7", "GET", 6),
        ("/Desk", "GET", 8),
        ("/desk", "POST", None),
        ("/reportsx", "POST", None),
        ("/Desk/../reports", "GET", None),
        ("/./Desk", "GET", None),
        ("//Desk", "GET", None),
        ("/Desk//x", "GET", None),
        ("/..", "GET", None),
    ],
)
def test_a_request_is_decided_by_the_most_specific_page(path: str, method: str, found: int | None) -> None:
    expected = None if found is None else PAGES[found]

    for order in (PAGES, PAGES[::-1]):
        assert PageMatcher(order).match(path, method) == expected


def test_a_page_without_methods_below_a_narrower_one_still_guards_the_others() -> None:
    pages = (page("/desk", access="signed-in"), page("/desk/open", "GET"))

    assert PageMatcher(pages).match("/desk/open", "GET") == pages[1]
    assert PageMatcher(pages).match("/desk/open", "POST") == pages[0]


@given(st.permutations(PAGES), st.text("/ab.{}Desk", max_size=12))
def test_the_order_of_the_entries_makes_no_difference(pages: list[Page], path: str) -> None:
    assert PageMatcher(pages).match(path, "GET") == PageMatcher(PAGES).match(path, "GET")


@given(st.lists(st.sampled_from(["a", "..", ".", "", "b"]), max_size=5))
def test_a_path_another_layer_could_shorten_is_covered_by_nothing(parts: list[str]) -> None:
    covered = PageMatcher([page("/")]).match("/" + "/".join(parts), "GET")

    assert (covered is None) == any(
        part in (".", "..") or (part == "" and index < len(parts) - 1) for index, part in enumerate(parts)
    )


def test_no_pages_cover_nothing() -> None:
    assert PageMatcher([]).match("/", "GET") is None


def test_roles_permit_together_what_each_permits(examples: tuple[str, str]) -> None:
    manifest = read_manifest(TomlDocument.parse(examples[1].encode(), "m"))

    assert permissions_of(manifest, []) == frozenset()
    assert permissions_of(manifest, ["unknown"]) == frozenset()
    assert permissions_of(manifest, ["handler", "unknown"]) == {"reports.read", "reports.answer"}


def test_every_page_of_every_size_covers_itself() -> None:
    for count in range(4):
        for parts in itertools.product(("a", "{x}"), repeat=count):
            entry = page("/" + "/".join(parts))
            asked = "/" + "/".join(part.strip("{}") for part in parts)
            assert PageMatcher([entry]).match(asked, "PUT") == entry

"""Where a catalogue lies: a folder or an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.catalogue.location import CatalogueLocation, redirect_trouble
from smartcity_share.errors import UsageError


def test_a_folder_is_looked_for_where_it_was_named() -> None:
    assert CatalogueLocation.read("katalog", Path("/srv")).folder == Path("/srv/katalog")
    assert CatalogueLocation.read("/media/stick", Path("/srv")).folder == Path("/media/stick")


def test_an_address_needs_no_slash_at_its_end() -> None:
    location = CatalogueLocation.read("https://katalog.example.go.id/")
    assert (location.url, location.folder, location.is_carried) == ("https://katalog.example.go.id", None, False)


@pytest.mark.parametrize("text", ["ftp://x", "https://", "http://[::1", "http://x:port", "https://x/?a=1", "https://x/#a"])
def test_what_cannot_be_asked_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        CatalogueLocation.read(text)


def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        CatalogueLocation.read("https://me:hunter2@katalog.example.go.id")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "to", "is_fine"),
    [
        ("https://a.example", "https://b.example/x", True),
        ("http://a.example", "https://a.example", True),
        ("http://a.example", "http://b.example", True),
        ("https://a.example", "http://a.example", False),
        ("https://a.example", "file:///etc/passwd", False),
        ("http://a.example", "ftp://a.example", False),
    ],
)
def test_where_a_server_may_send_on_to(asked: str, to: str, is_fine: bool) -> None:
    assert (redirect_trouble(asked, to) == "") is is_fine

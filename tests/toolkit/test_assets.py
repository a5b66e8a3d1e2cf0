"""The shared assets: found by safe names only, unchanged from their makers, light enough for a slow line."""

from __future__ import annotations

import gzip
import hashlib
import re
import tomllib
from importlib.resources import files

import pytest

from smartcity_share.toolkit.assets import asset, asset_url

STATIC = files("smartcity_share.toolkit") / "static"


def test_every_vendored_file_is_as_its_maker_published_it() -> None:
    vendor = STATIC / "vendor"
    listed = tomllib.loads((vendor / "vendored.toml").read_text("utf-8"))["file"]
    named = {"vendored.toml", *(entry["path"] for entry in listed), *(entry["licence_file"] for entry in listed)}
    assert named == {entry.name for entry in vendor.iterdir()}
    for entry in listed:
        assert hashlib.sha256((vendor / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["name"]
        assert entry["version"] in (vendor / entry["path"]).read_text("utf-8")[:300]
        assert entry["licence"] in (vendor / entry["licence_file"]).read_text("utf-8")


def test_an_address_changes_with_the_content() -> None:
    found = asset("smartcity.css")
    assert found is not None
    assert asset_url("/00.01/_/static/", "smartcity.css") == f"/00.01/_/static/smartcity.css?v={found.digest}"
    assert hashlib.sha256(found.content).hexdigest().startswith(found.digest)


def test_a_misspelt_asset_in_a_template_is_an_error() -> None:
    with pytest.raises(LookupError, match="smartcty"):
        asset_url("/", "smartcty.css")


@pytest.mark.parametrize(
    "name",
    [
        "", "/", "..", "../pages.py", "vendor/../smartcity.css", "vendor//pico.min.css", "./smartcity.css", "vendor",
        "nothing.css", "..\\pages.py", "smartcity.css\0.css", "vendor/vendored.toml", "/etc/passwd", "vendor/pico.LICENSE.md",
    ],
)  # fmt: skip
def test_a_name_that_is_no_asset_is_not_found(name: str) -> None:
    assert asset(name) is None


def test_the_style_sheets_ask_no_other_host() -> None:
    for name in ("smartcity.css", "vendor/pico.min.css"):
        text = (STATIC / name).read_text("utf-8")
        assert not re.search(r"@import|url\((?!\"?data:)", text)


def test_the_assets_of_a_page_weigh_less_than_20_kb_on_the_line() -> None:
    weight = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("smartcity.css", "vendor/pico.min.css"))
    assert weight < 20_000

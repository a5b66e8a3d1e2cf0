"""A region's colours: whatever they are, every text on or in them can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.regions.colour import contrast_ratio
from smartcity_share.toolkit.assets import asset
from smartcity_share.toolkit.brand import DARK_GROUNDS, LIGHT_GROUNDS, brand_css

colours = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def _values(css: str) -> tuple[dict[str, str], dict[str, str]]:
    day, _, night = css.partition("@media (prefers-color-scheme:dark)")
    light, dark = (dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})", part)) for part in (day, night))
    return light, {**light, **dark}


@given(primary=colours, accent=colours)
def test_links_buttons_and_page_head_are_readable_by_day_and_by_night(primary: str, accent: str) -> None:
    for scheme, grounds in zip(_values(brand_css(primary, accent)), (LIGHT_GROUNDS, DARK_GROUNDS), strict=True):
        for ground in (*grounds, scheme["tint"]):
            assert contrast_ratio(scheme["link"], ground) >= 4.5
        for text, ground in (
            ("on-brand", "brand"),
            ("on-brand", "brand-hover"),
            ("on-button", "button"),
            ("on-button", "button-hover"),
        ):
            assert contrast_ratio(scheme[text], scheme[ground]) >= 4.5


def test_a_colour_that_can_be_read_as_it_is_stays_as_it_is() -> None:
    light, _ = _values(brand_css("#0b5a3c", "#ffcc00"))
    assert light["brand"] == light["link"] == "#0b5a3c"
    assert light["accent"] == "#ffcc00"


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "url(x)", "#12345g"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which of the readers refuses it does not matter
        brand_css(colour, "#ffffff")


def test_the_colours_of_the_style_sheet_itself_are_readable() -> None:
    sheet = asset("smartcity.css")
    assert sheet is not None
    text = re.sub(r"#([0-9a-f])([0-9a-f])([0-9a-f])\b(?![0-9a-f])", r"#\1\1\2\2\3\3", sheet.content.decode())
    day, _, rest = text.partition("@media (prefers-color-scheme: dark)")
    for scheme in _values(f"{day}@media (prefers-color-scheme:dark){rest.partition(':root:not')[0]}"):
        for ink in ("ink", "muted", "link"):
            for ground in ("page", "card", "tint"):
                assert contrast_ratio(scheme[ink], scheme[ground]) >= 4.5, (ink, ground)
        for kind in ("good", "info", "warn", "bad", "neutral"):
            for ground in (scheme[f"{kind}-bg"], scheme["card"], scheme["page"]):
                assert contrast_ratio(scheme[kind], ground) >= 4.5, kind
        assert contrast_ratio(scheme["line-strong"], scheme["card"]) >= 3  # the border of a control, WCAG 1.4.11

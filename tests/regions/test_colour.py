"""Contrast is computed as WCAG says, and the mend it proposes is readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.regions.colour import BLACK, LEAST_CONTRAST, WHITE, contrast_ratio, readable_variant, relative_luminance

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [(BLACK, WHITE, 21.0), (WHITE, WHITE, 1.0), ("#767676", WHITE, 4.54), ("#777777", WHITE, 4.48), ("#ff0000", WHITE, 4.00)],
)
def test_known_contrasts(one: str, other: str, ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.005)


@given(colours, colours)
def test_contrast_is_symmetric_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast_ratio(one, other) == contrast_ratio(other, one)
    assert 1.0 <= contrast_ratio(one, other) <= 21.0
    assert contrast_ratio(one, one) == 1.0


@given(colours)
def test_luminance_lies_between_black_and_white(colour: str) -> None:
    assert relative_luminance(BLACK) <= relative_luminance(colour) <= relative_luminance(WHITE)


@given(colours, st.sampled_from([BLACK, WHITE]))
def test_the_variant_is_readable_and_leaves_a_readable_colour_alone(colour: str, text: str) -> None:
    variant = readable_variant(colour, text)

    assert contrast_ratio(variant, text) >= LEAST_CONTRAST
    if contrast_ratio(colour, text) >= LEAST_CONTRAST:
        assert variant == colour


@pytest.mark.parametrize("wrong", ["red", "#fff", "#gggggg", "#1234567", ""])
def test_what_is_no_colour_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        relative_luminance(wrong)


def test_text_is_white_or_black() -> None:
    with pytest.raises(ValueError, match="white or black"):
        readable_variant(WHITE, "#123456")

"""The number of a report can be read aloud, and a slip of the pen is found."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints.numbers import ALPHABET, fingerprint, follow_token, new_number, parse_number, token_fits

numbers = st.randoms(use_true_random=False).map(lambda source: new_number(source.randrange))


@given(numbers)
def test_a_new_number_is_read_as_itself(number: str) -> None:
    assert parse_number(number) == number
    assert len(number) == 11


@given(numbers)
def test_case_blanks_and_hyphens_do_not_matter(number: str) -> None:
    assert parse_number(f"  {number.lower().replace('-', ' ')} ") == number
    assert parse_number(number.replace("-", "")) == number
    assert parse_number(number.replace("-", "\u2013")) == number


@given(numbers, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(number: str, place: int, other: str) -> None:
    plain = number.replace("-", "")
    changed = plain[:place] + other + plain[place + 1 :]

    assert (parse_number(changed) is None) == (changed != plain)


@given(numbers, st.integers(0, 8), st.integers(0, 8))
def test_two_characters_that_changed_places_are_found(number: str, first: int, second: int) -> None:
    plain = list(number.replace("-", ""))
    plain[first], plain[second] = plain[second], plain[first]
    changed = "".join(plain)

    assert (parse_number(changed) is None) == (changed != number.replace("-", ""))


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = parse_number(text)

    assert found is None or parse_number(found) == found


@pytest.mark.parametrize("typed", ["", "ABC", "000-000-000", "7K3-FQ9-TWCC", "OIL-OIL-OIL", "'; DROP TABLE report"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert parse_number(typed) is None


def test_numbers_do_not_repeat() -> None:
    draw = random.Random(1).randrange  # noqa: S311 - a repeatable draw, no secret

    assert len({new_number(draw) for _ in range(5000)}) == 5000


def test_the_same_key_gives_the_same_token_and_another_key_another() -> None:
    token = follow_token("k" * 24)

    assert token == follow_token("k" * 24)
    assert token != follow_token("l" * 24)
    assert len(token) == 26


def test_a_token_fits_only_its_own_fingerprint() -> None:
    token = follow_token("k" * 24)

    assert token_fits(token, fingerprint(token))
    assert not token_fits(token, fingerprint("another"))
    assert not token_fits("", None)
    assert token not in fingerprint(token)

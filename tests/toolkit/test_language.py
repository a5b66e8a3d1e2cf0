"""Which language a page is in."""

from __future__ import annotations

import pytest

from smartcity_share.toolkit.language import choose_language, text_in


@pytest.mark.parametrize(
    ("offered", "chosen", "accepted", "expected"),
    [
        (["id", "en"], None, None, "id"),
        (["id", "en"], "en", "id", "en"),
        (["id", "en"], "EN-gb", None, "en"),
        (["id", "en"], "fr", None, "id"),
        (["id", "en"], None, "fr, en;q=0.5, id;q=0.4", "en"),
        (["id", "en"], None, "en;q=0, id;q=0.1", "id"),
        (["jv", "id"], None, "en;q=abc, ;, id;q=1", "id"),
        (["id"], "'; drop table", ",,,;;q=" * 900, "id"),
    ],
)
def test_the_reader_s_choice_comes_first_then_what_is_accepted_then_the_region_s_own(
    offered: list[str], chosen: str | None, accepted: str | None, expected: str
) -> None:
    assert choose_language(offered, chosen=chosen, accepted=accepted) == expected


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"id": "Nama", "en": "Name"}, "id", "Nama"),
        ({"id": "Nama", "en": "Name"}, "id-ID", "Nama"),
        ({"id": "Nama", "en": "Name"}, "su", "Name"),
        ({"id": "Nama"}, "en", "Nama"),
        ({"id": "", "jv": "Jeneng"}, "id", "Jeneng"),
        ({}, "id", ""),
    ],
)
def test_a_text_falls_back_to_the_nearest_there_is(texts: dict[str, str], language: str, expected: str) -> None:
    assert text_in(texts, language) == expected

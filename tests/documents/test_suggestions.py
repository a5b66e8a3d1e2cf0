"""A word that is not known brings the nearest known one to mind, and nothing where none is near."""

from __future__ import annotations

import pytest

from smartcity_share.documents.suggest import did_you_mean, nearest

WORDS = ("title", "summary", "licence", "retention", "lawful_basis", "id")


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("titel", "title"),
        ("Title", "title"),
        ("sumary", "summary"),
        ("license", "licence"),
        ("lawful-basis", "lawful_basis"),
        ("lawfulBasis", "lawful_basis"),
        ("retent", "retention"),
        ("ids", "id"),
        ("zebra", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_the_nearest_word_is_found(found: str, wanted: str | None) -> None:
    assert nearest(found, WORDS) == wanted


def test_the_sentence_is_empty_where_nothing_is_near() -> None:
    assert did_you_mean("titel", WORDS) == "Did you mean `title`?"
    assert did_you_mean("zebra", WORDS) == ""
    assert did_you_mean("titel", []) == ""


def test_equally_near_words_are_chosen_in_order_of_the_alphabet() -> None:
    assert nearest("cat", ["rat", "bat"]) == "bat"

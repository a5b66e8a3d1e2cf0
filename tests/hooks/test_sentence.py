"""A sentence is English wherever nothing else is known, and another language where there is a catalogue."""

from __future__ import annotations

from smartcity_share import Sentence

INDONESIAN = {
    "%(count)s notices wait. %(why)s": "%(count)s kabar menunggu. %(why)s",
    "The last answer: %(reason)s": "Jawaban terakhir: %(reason)s",
    "%(count)s trees": "%(jumlah)s pohon",
    "Nine of ten (90 %) are full.": "Sembilan dari sepuluh (90 %) penuh.",
}


def translate(message: str) -> str:
    return INDONESIAN.get(message, message)


def test_it_is_an_english_text() -> None:
    assert Sentence("%(count)s trees", count=3) == "3 trees"
    assert f"{Sentence('%(count)s trees', count=3)}." == "3 trees."


def test_it_is_said_in_another_language_with_its_values_and_the_sentences_in_it() -> None:
    why = Sentence("The last answer: %(reason)s", reason="no route")
    sentence = Sentence("%(count)s notices wait. %(why)s", count=2, why=why)

    assert sentence == "2 notices wait. The last answer: no route"
    assert sentence.said(translate) == "2 kabar menunggu. Jawaban terakhir: no route"


def test_a_sentence_without_values_may_hold_a_percent_sign() -> None:
    assert Sentence("Nine of ten (90 %) are full.").said(translate) == "Sembilan dari sepuluh (90 %) penuh."


def test_what_is_not_translated_or_translated_wrongly_is_said_in_english() -> None:
    assert Sentence("%(count)s parks", count=3).said(translate) == "3 parks"
    assert Sentence("%(count)s trees", count=3).said(translate) == "3 trees"

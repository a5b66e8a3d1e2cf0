"""A search forgives a slip, shows what comes first newest first, and does a bounded amount of work for one page."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from smartcity_complaints import search, store
from smartcity_complaints.derived import posting, spelling, term
from smartcity_complaints.filing import Filed
from smartcity_complaints.listing import Page, Wanted, page
from smartcity_complaints.records import Report
from smartcity_complaints.terms import forms_of, words_of
from smartcity_complaints.workflow import Action
from smartcity_share import Installation

File = Callable[..., Filed]
Do = Callable[..., Report]
words = st.text(string.ascii_lowercase, min_size=4, max_size=12)


def _page(installation: Installation, typed: str, after: str | None = None, **wanted: object) -> Page:
    with store.reading(installation) as connection:
        return page(connection, Wanted(words=typed, **wanted), after)  # type: ignore[arg-type]


def _found(installation: Installation, typed: str, **wanted: object) -> list[str]:
    return [report.number for report in _page(installation, typed, **wanted).reports]


def test_words_are_folded_and_written_out() -> None:
    assert words_of("Jl. Soekarno-Hatta, Gg. 3: LAMPU mati & rusak PARAHHH sejak kemarin é") == (
        "jalan", "sukarno", "hatta", "gang", "3", "lampu", "mati", "rusak", "parah", "kemarin",
    )  # fmt: skip


def test_a_text_of_stop_words_has_no_words() -> None:
    assert words_of("tolong ini sudah lama sekali, pak! -- %_ a") == ("lama",)


@given(st.text(max_size=300))
def test_words_of_any_text_are_plain_different_and_short(text: str) -> None:
    found = words_of(text)

    assert len(set(found)) == len(found)
    assert all(word and len(word) <= 40 and not word.isspace() for word in found)


@given(words, st.data())
def test_a_word_and_one_with_a_slip_have_a_form_in_common(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    for slip in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[: max(at - 1, 0)] + word[max(at - 1, 0) : at + 1][::-1] + word[at + 1 :],
    ):
        if len(slip) >= 4:
            assert forms_of(word) & forms_of(slip)


@pytest.mark.parametrize("typed", ["sampah", "SAMPAH", "smpah", "sanpah", "sampahh", "samaph", "sampa", "menumpk sampah"])
def test_a_slip_is_forgiven(installation: Installation, file: File, typed: str) -> None:
    number = file(text="Sampah menumpuk di depan pasar.").number
    file(text="Lampu jalan padam sejak kemarin.")

    assert _found(installation, typed) == [number]


def test_it_says_when_a_word_was_taken_for_another(installation: Installation, file: File) -> None:
    file()

    assert _page(installation, "smpah").guessed
    assert not _page(installation, "sampah").guessed
    assert not _page(installation, "zzzzzz").guessed


def test_a_slip_of_who_reported_is_found_too_and_a_word_of_its_own_is_not(installation: Installation, file: File) -> None:
    for _ in range(20):
        file(text="Pasar kotor sekali hari ini.", place="Kota")
    slip = file(text="Pasra kotor sekali hari ini.", place="Kota").number
    sand = [file(text="Pasir berserakan menutup selokan.", place="Kali").number for _ in range(2)]
    with store.reading(installation) as connection:
        found = page(connection, Wanted(words="pasar"), size=50)
    numbers = [report.number for report in found.reports]

    assert slip in numbers
    assert not set(sand) & set(numbers)


def test_every_word_must_occur(installation: Installation, file: File) -> None:
    both = file(text="Lampu jalan padam di tikungan.").number
    file(text="Lampu taman padam sebagian.", place="Taman")

    assert _found(installation, "lampu tikungan") == [both]
    assert _found(installation, "lampu helikopter") == []


def test_the_beginning_of_a_number_finds_the_report(installation: Installation, file: File) -> None:
    number = file().number
    file()

    assert _found(installation, number) == [number]
    assert _found(installation, number.lower().replace("-", "")[:5]) == [number]


@pytest.mark.parametrize("typed", ["%", "' OR 1=1 --", "\x00", "((", "*", "🙂", "x" * 5000, "NULL", "{{ 7*7 }}"])
def test_whatever_is_typed_is_only_looked_for(installation: Installation, file: File, typed: str) -> None:
    file()

    assert _found(installation, typed) == []


def test_a_search_keeps_to_what_the_list_may_show(installation: Installation, file: File, do: Do) -> None:
    shown = do(file().number, Action.VERIFY, publish=True).number
    do(file(confidential=True).number, Action.VERIFY, publish=True)
    file()
    lies = do(file().number, Action.VERIFY).number
    do(lies, Action.FORWARD, office="dinas-lh")

    assert _found(installation, "sampah", public=True) == [shown]
    assert _found(installation, "sampah", office="dinas-lh") == [lies]


def test_pages_of_a_search_show_every_report_once_newest_first(installation: Installation, file: File) -> None:
    filed = [file(text=f"Sampah lama ke-{n} belum diangkut").number for n in range(9)]
    seen: list[str] = []
    after = None
    with store.reading(installation) as connection:
        while True:
            found = page(connection, Wanted(words="sampah"), after, size=4)
            seen += [report.number for report in found.reports]
            after = found.following
            if after is None:
                break

    assert seen == filed[::-1]


def test_the_work_for_a_page_is_bounded_and_can_be_gone_on(
    installation: Installation, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten reports have the word, only the oldest fulfils the rest; three candidates a page are looked at."""
    monkeypatch.setattr(search, "_ROUNDS", (1, 2))
    oldest = file(kind="road").number
    for _ in range(9):
        file()
    pages = [_page(installation, "sampah", kind="road")]
    while pages[-1].following:
        pages.append(_page(installation, "sampah", pages[-1].following, kind="road"))

    assert [len(found.reports) for found in pages] == [0, 0, 0, 1]
    assert pages[-1].reports[0].number == oldest


def test_words_that_are_erased_are_found_no_more_and_kept_nowhere(installation: Installation, file: File) -> None:
    number = file(text="Tetangga bernama Rahasiawati mengganggu.", place="Pasar").number
    with installation.database.begin() as connection:
        report = store.find(connection, number)
        assert report is not None
        store.change_report(connection, report, text="", place="")
    with store.reading(installation) as connection:
        left = [connection.execute(select(table)).all() for table in (term, spelling, posting)]

    assert left == [[], [], []]
    assert _found(installation, "rahasiawati") == []

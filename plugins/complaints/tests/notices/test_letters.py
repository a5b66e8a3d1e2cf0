"""What stands in an e-mail, in both languages, and what never does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from sqlalchemy import update

from smartcity_complaints import model
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.notices import tell_late
from smartcity_complaints.records import Report
from smartcity_complaints.sending import send_waiting
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workflow import Action
from smartcity_share import Installation

Do = Callable[..., Report]
Ask = Callable[..., Filed]
ADDRESS = "https://layanan.contoh.example/71.08/complaints"


def test_the_first_letter_brings_number_day_and_own_link(install: Callable[..., Installation], post: Any, draft: Any) -> None:
    installation = attrs.evolve(install(public_address=ADDRESS), messages=post)
    filed = file_report(installation, draft(email="warga@contoh.example", notices=True), key=new_key())
    send_waiting(installation)
    (letter,) = post.sent

    assert (letter.to, letter.language) == ("warga@contoh.example", "id")
    assert letter.subject == f"Laporan Warga: Laporan {filed.number} diterima"
    assert letter.text == (
        f"Laporan Anda tentang Sampah sudah kami terima. Nomornya {filed.number}.\n\n"
        "Petugas memeriksanya paling lambat 5 Maret 2026.\n\n"
        "Tautan Anda sendiri, yang membuka laporan dan menjawab atas nama Anda; jangan diteruskan kepada orang lain:\n"
        f"{ADDRESS}/lacak/{filed.number}?kunci={filed.token}\n\n"
        "Surel ini dikirim karena Anda meminta kabar laporan ini. Di halamannya Anda dapat menghentikannya.\n\n"
        "Laporan Warga\n"
    )


def test_a_later_letter_brings_what_the_official_wrote_and_no_secret(
    install: Callable[..., Installation], post: Any, draft: Callable[..., Draft], official: Callable[..., Any]
) -> None:
    from smartcity_complaints.handling import Order, act

    installation = attrs.evolve(install(public_address=ADDRESS), messages=post)
    wanted = draft(email="warga@contoh.example", notices=True)
    filed = file_report(installation, wanted, key=new_key(), language="en")
    act(installation, official(), filed.number, Order(Action.RETURN, "Di blok mana?\nFoto jelas?"))
    send_waiting(installation)
    letter = post.sent[1]

    assert letter.language == "en"
    assert letter.subject == f"Citizen Reports: Report {filed.number}: we need to know more"
    assert "> Di blok mana?\n> Foto jelas?" in letter.text
    assert f"{ADDRESS}/lacak/{filed.number}\n" in letter.text
    assert "kunci=" not in letter.text


def test_a_reply_says_until_when_the_reporter_may_object(installation: Installation, post: Any, ask: Ask, do: Do) -> None:
    number = ask().number
    do(number, Action.VERIFY)
    do(number, Action.REPLY, text="Sudah diangkut.")
    send_waiting(installation)

    assert "> Sudah diangkut." in post.sent[-1].text
    assert "Anda dapat menyanggah sampai " in post.sent[-1].text


def test_words_for_officials_reach_no_reporter(installation: Installation, post: Any, ask: Ask, do: Do) -> None:
    number = ask().number
    do(number, Action.VERIFY, text="CATATAN-DALAM")
    do(number, Action.FORWARD, office="dinas-lh", text="PERINTAH-DALAM")
    do(number, Action.NOTE, text="CATATAN-LAIN")
    send_waiting(installation)

    assert len(post.sent) == 3
    assert not any("-DALAM" in letter.text or "CATATAN" in letter.text for letter in post.sent)


def test_what_the_reporter_typed_is_never_repeated(installation: Installation, post: Any, ask: Ask, do: Do) -> None:
    """Else anyone could write to a stranger through the government."""
    number = ask(name="TANDA beli di contoh.example", text="TANDA isi " * 3, place="TANDA tempat", phone="0812345678").number
    do(number, Action.RETURN, text="Lengkapi.")
    do(number, Action.REJECT, text="Ditolak.")
    send_waiting(installation)

    assert len(post.sent) == 3
    assert not any("TANDA" in letter.text + letter.subject or "08123" in letter.text for letter in post.sent)


def test_words_that_were_erased_before_the_letter_went_are_not_in_it(
    installation: Installation, post: Any, ask: Ask, do: Do, clock: Any
) -> None:
    do(ask().number, Action.RETURN, text="TANDA-JAWAB")
    with installation.database.begin() as connection:
        connection.execute(update(model.history).values(text=None, erased_at=clock()))
    send_waiting(installation)

    assert len(post.sent) == 2
    assert not any("TANDA" in letter.text for letter in post.sent)


def test_an_office_is_told_what_came_and_what_is_late_without_the_reporter(
    installation: Installation, post: Any, ask: Ask, do: Do, clock: Any
) -> None:
    number = ask(name="TANDA-NAMA", text="TANDA-ISI " * 3, notices=False).number
    do(number, Action.VERIFY)
    report = do(number, Action.FORWARD, office="dinas-lh")
    clock.move(days=20)
    with installation.database.begin() as connection:
        assert tell_late(connection, installation, report, clock().date())
    send_waiting(installation)

    assert [letter.subject for letter in post.sent] == [
        f"Laporan Warga: Laporan {number} diteruskan ke perangkat daerah Anda",
        f"Laporan Warga: Laporan {number} terlambat",
    ]
    office = installation.region.office("dinas-lh")
    assert office is not None
    assert {letter.to for letter in post.sent} == {office.email}
    assert not any("TANDA" in letter.text for letter in post.sent)


@pytest.mark.parametrize(
    "address",
    [
        "contoh.example",
        "ftp://contoh.example",
        "https://contoh.example/?a=b",
        "https://a@contoh.example/x",
        "https://contoh.example/\nBcc: x",
    ],
)
def test_an_address_of_the_service_that_would_break_links_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="public_address"):
        ComplaintsSettings(public_address=address)

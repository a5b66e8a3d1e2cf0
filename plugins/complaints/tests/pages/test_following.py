"""A report is followed by its number and its secret link, and nobody sees more than they may."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from plugins.complaints.tests.pages.reading import hidden, photo, released
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.numbers import new_number
from smartcity_complaints.photos import prepare
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation

ROOT = "/71.08/complaints"
Do = Callable[..., Report]
File = Callable[..., Filed]
Official = Callable[..., Actor]
Browse = Callable[..., Any]


def test_a_number_alone_shows_the_steps_and_not_the_words(browse: Browse, file: File, do: Do) -> None:
    filed = file(name="Contoh Rahasia")
    do(filed.number, Action.RETURN, text="Pertanyaan kepada pelapor.")
    stranger = browse().get(f"/lacak/{filed.number.lower()}?kunci=tebakan").text
    own = browse().get(f"/lacak/{filed.number}?kunci={filed.token}").text

    assert "Dikembalikan kepada pelapor" in stranger
    assert "Sampah menumpuk" not in stranger
    assert "Pertanyaan kepada pelapor." not in stranger
    assert "<textarea" not in stranger
    assert "Pertanyaan kepada pelapor." in own
    assert "<textarea" in own


def test_the_reporter_completes_a_returned_report(installation: Installation, browse: Browse, file: File, do: Do) -> None:
    filed = file()
    do(filed.number, Action.RETURN, text="Di mana?")
    form = {"kunci": filed.token, "action": "complete", "text": ""}
    empty = browse().post(f"/lacak/{filed.number}", form)
    done = browse().post(f"/lacak/{filed.number}", form | {"text": "Pasar sentral."})
    twice = browse().post(f"/lacak/{filed.number}", form | {"text": "Pasar sentral."})

    assert empty.status_code == 422
    assert "Isi penjelasan" in empty.text
    assert done.status_code == 303
    assert twice.status_code == 422
    assert "status laporan sudah berubah" in twice.text


@pytest.mark.parametrize("action", ["verify", "close", "submit", "../", ""])
def test_the_follow_page_takes_only_the_reporters_steps(browse: Browse, file: File, action: str) -> None:
    filed = file()

    assert browse().post(f"/lacak/{filed.number}", {"kunci": filed.token, "action": action}).status_code == 404


def test_a_number_is_found_however_it_is_typed(browse: Browse, file: File) -> None:
    number = file().number
    found = browse().client.get(f"{ROOT}/lacak", params={"nomor": number.lower().replace("-", " ")}, follow_redirects=False)

    assert (found.status_code, found.headers["location"]) == (303, f"{ROOT}/lacak/{number}")
    assert browse().get("/lacak?nomor=bukan-nomor").status_code == 422
    assert browse().get(f"/lacak?nomor={new_number()}").status_code == 404


def test_a_closed_list_shows_nothing_to_everyone(
    install: Callable[..., Installation], browse: Browse, draft: Callable[..., Draft], official: Official
) -> None:
    from smartcity_complaints.handling import Order, act

    closed = install(public_list=False)
    filed = file_report(closed, draft(), key=new_key())
    act(closed, official(), filed.number, Order(Action.VERIFY, publish=True))
    browser = browse(of=closed)

    assert browser.get("/laporan").status_code == 404
    assert "Sampah menumpuk" not in browser.get("/").text
    assert "Sampah menumpuk" not in browser.get(f"/lacak/{filed.number}").text


def test_a_photo_is_private_until_it_isreleased(
    installation: Installation,
    browse: Browse,
    official: Official,
    draft: Callable[..., Draft],
    do: Do,
    jpeg: Callable[..., bytes],
) -> None:
    filed = file_report(installation, draft(), key=new_key(), pictures=[prepare(jpeg(), 8)])
    path = f"/foto/{photo(installation, filed.number).id}"

    assert browse().get(path).status_code == 404
    assert browse().get(f"{path}?kunci=salah").status_code == 404
    assert browse(official("office-officer", "dinas-lh")).get(path).status_code == 404
    for allowed in (browse().get(f"{path}?kunci={filed.token}"), browse(official("verifier")).get(f"{path}/kecil")):
        assert allowed.headers["cache-control"] == "private, no-store"
        assert Image.open(io.BytesIO(allowed.content)).format == "JPEG"

    do(filed.number, Action.VERIFY, publish=True)
    public = browse().get(path)
    assert public.status_code == 200
    assert public.headers["content-type"] == "image/jpeg"
    assert public.headers["x-content-type-options"] == "nosniff"
    assert public.headers["cache-control"] == "public, max-age=3600"
    assert browse().get("/foto/..%2f..%2fdata.sqlite").status_code == 404


def test_a_reporter_rates_and_officials_read_it(
    installation: Installation, browse: Browse, official: Official, file: File, do: Do
) -> None:
    filed = file()
    do(filed.number, Action.VERIFY, publish=True)
    do(filed.number, Action.REPLY, text="Sudah.")
    form = {"kunci": filed.token, "action": "rate", "text": "Cepat sekali."}
    refused = browse().post(f"/lacak/{filed.number}", form)
    rated = browse().post(f"/lacak/{filed.number}", form | {"rating": "5"})
    own = browse().get(f"/lacak/{filed.number}?kunci={filed.token}").text

    assert refused.status_code == 422
    assert 'href="#f-rating"' in refused.text
    assert "Cepat sekali.</textarea>" in refused.text
    assert rated.status_code == 303
    assert "5 dari 5" in own
    assert 'value="5" checked' in own
    assert "Cepat sekali." not in browse().get(f"/lacak/{filed.number}").text
    assert "Cepat sekali." in browse(official()).get(f"/petugas/laporan/{filed.number}").text


def test_the_reporter_of_a_joined_report_sees_the_way_of_the_other_one(
    installation: Installation, browse: Browse, official: Official, file: File, do: Do
) -> None:
    head, duplicate = file(), file(text="Sampah menumpuk sejak empat hari.")
    released(do, head.number)
    browser = browse(official())
    page = browser.get(f"/petugas/laporan/{duplicate.number}").text
    assert f"Gabungkan dengan {head.number}" in page
    form = {"action": "merge", "version": hidden(page, "version"), "head": head.number}
    assert browser.post(f"/petugas/laporan/{duplicate.number}", form).status_code == 303
    do(head.number, Action.REPLY, text="Sudah diangkut semua.")
    own = browse().get(f"/lacak/{duplicate.number}?kunci={duplicate.token}").text
    stranger = browse().get(f"/lacak/{duplicate.number}").text

    assert "Sudah diangkut semua." in own
    assert f"/lacak/{head.number}" in own
    assert "Sudah diangkut semua." not in stranger
    assert head.number in browser.get(f"/petugas/laporan/{duplicate.number}").text
    assert duplicate.number in browser.get(f"/petugas/laporan/{head.number}").text
    assert duplicate.number not in browse().get(f"/lacak/{head.number}").text


def test_joined_with_a_confidential_report_the_reporter_sees_the_states_and_no_word(browse: Browse, file: File, do: Do) -> None:
    head, duplicate = file(confidential=True, text="Rahasia tentang tetangga saya."), file()
    do(head.number, Action.VERIFY)
    do(duplicate.number, Action.MERGE, head=head.number)
    do(head.number, Action.REPLY, text="Tetangga sudah ditegur.")
    own = browse().get(f"/lacak/{duplicate.number}?kunci={duplicate.token}").text

    assert "Dijawab" in own
    for secret in (head.number, "Rahasia tentang", "Tetangga sudah ditegur."):
        assert secret not in own

"""Officials find what is theirs, and take it from new to closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from plugins.complaints.tests.pages.reading import hidden
from smartcity_complaints import store
from smartcity_complaints.filing import Filed
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action, State
from smartcity_share import Actor, Installation

ROOT = "/71.08/complaints"
Do = Callable[..., Report]
File = Callable[..., Filed]
Official = Callable[..., Actor]
Browse = Callable[..., Any]


def _step(browser: Any, number: str, action: str, **values: str) -> object:
    path = f"/petugas/laporan/{number}"
    version = hidden(browser.get(path).text, "version")
    return browser.post(path, {"action": action, "version": version, **values})


def test_officials_take_a_report_from_new_to_closed(
    installation: Installation, browse: Browse, official: Official, file: File
) -> None:
    filed = file()
    verifier, office = browse(official("verifier")), browse(official("office-officer", "dinas-lh"))
    coordinator = browse(official("coordinator"))

    assert _step(verifier, filed.number, "verify", publish="1").status_code == 303
    assert _step(verifier, filed.number, "forward", office="dinas-lh", text="Mohon segera.").status_code == 303
    assert _step(office, filed.number, "start").status_code == 303
    assert _step(office, filed.number, "reply", text="Sudah diangkut.").status_code == 303
    assert _step(coordinator, filed.number, "close").status_code == 303
    seen = browse().get(f"/lacak/{filed.number}").text

    assert "Sudah diangkut." in seen
    assert "Mohon segera." not in seen
    assert "Contoh office-officer" not in seen
    with store.reading(installation) as connection:
        report = store.find(connection, filed.number)
    assert report is not None
    assert report.state is State.CLOSED


def test_the_office_that_handles_the_kind_is_proposed(browse: Browse, official: Official, file: File, do: Do) -> None:
    filed = file(kind="road")
    do(filed.number, Action.VERIFY)

    assert '<option value="dinas-pupr" selected>' in browse(official()).get(f"/petugas/laporan/{filed.number}").text


def test_a_refused_step_keeps_the_words(browse: Browse, official: Official, file: File, do: Do) -> None:
    filed = file()
    do(filed.number, Action.VERIFY)
    refused = _step(browse(official()), filed.number, "forward", office="", text="Kata yang panjang.")

    assert refused.status_code == 422
    assert "Pilih perangkat daerah" in refused.text
    assert "Kata yang panjang." in refused.text


def test_an_old_page_is_a_conflict(browse: Browse, official: Official, file: File, do: Do) -> None:
    browser = browse(official())
    filed = file()
    version = hidden(browser.get(f"/petugas/laporan/{filed.number}").text, "version")
    do(filed.number, Action.VERIFY)
    late = browser.post(f"/petugas/laporan/{filed.number}", {"action": "note", "version": version, "text": "Catatan."})

    assert late.status_code == 409
    assert "baru saja diubah petugas lain" in late.text


def test_an_office_finds_only_its_own_reports(browse: Browse, official: Official, file: File, do: Do) -> None:
    own, other = file().number, file(kind="road").number
    for number, office in ((own, "dinas-lh"), (other, "dinas-pupr")):
        do(number, Action.VERIFY)
        do(number, Action.FORWARD, office=office)
    browser = browse(official("office-officer", "dinas-lh"))
    for path in ("/petugas", "/petugas?unit=dinas-pupr", f"/petugas?cari={other}"):
        html = browser.get(path).text

        assert f"/petugas/laporan/{other}" not in html, path
    assert f"/petugas/laporan/{own}" in browser.get("/petugas").text
    assert browser.get(f"/petugas/laporan/{other}").status_code == 404
    assert browser.post(f"/petugas/laporan/{other}", {"action": "note", "version": "3", "text": "x"}).status_code == 404


def test_an_official_without_an_office_who_needs_one_sees_nothing(browse: Browse, official: Official, file: File) -> None:
    file()

    assert browse(official("office-officer")).get("/petugas").status_code == 404


def test_an_office_that_hands_back_returns_to_its_list(browse: Browse, official: Official, file: File, do: Do) -> None:
    number = file().number
    do(number, Action.VERIFY)
    do(number, Action.FORWARD, office="dinas-lh")
    done = _step(browse(official("office-officer", "dinas-lh")), number, "hand_back", text="Bukan kami.")

    assert (done.status_code, done.headers["location"]) == (303, f"{ROOT}/petugas")


def test_the_reporter_is_shown_on_demand_and_it_is_recorded(
    browse: Browse, official: Official, file: File, audit: object
) -> None:
    number = file(name="Contoh Pelapor").number
    browser = browse(official("verifier"))
    before = browser.get(f"/petugas/laporan/{number}").text
    shown = browser.post(f"/petugas/laporan/{number}/pelapor").text

    assert "Contoh Pelapor" not in before
    assert "Contoh Pelapor" in shown
    assert [entry[1] for entry in audit.entries] == ["report.contact-seen"]  # type: ignore[attr-defined]
    assert browse(official("leader")).post(f"/petugas/laporan/{number}/pelapor").status_code == 404


def test_the_work_list_is_narrowed_and_paged(browse: Browse, official: Official, file: File, clock: object) -> None:
    for _ in range(26):
        file()
        clock.move(minutes=1)  # type: ignore[attr-defined]
    road = file(kind="road").number
    browser = browse(official())
    first = browser.get("/petugas?status=new").text
    following = re.search(r'href="([^"]*)"[^>]*rel="next"', first)
    assert following is not None
    second = browser.client.get(following[1].replace("&amp;", "&")).text

    assert first.count('role="rowheader"') == 25
    assert second.count('role="rowheader"') == 2
    assert browser.get("/petugas?jenis=road").text.count('role="rowheader"') == 1
    assert road in browser.get("/petugas?jenis=road").text
    assert "Tidak ada laporan yang cocok" in browser.get("/petugas?terlambat=1").text
    clock.move(days=10)  # type: ignore[attr-defined]
    assert browser.get("/petugas?terlambat=1").text.count('role="rowheader"') == 25


def test_a_wrong_number_to_join_with_is_refused_in_place(browse: Browse, official: Official, file: File) -> None:
    number = file().number
    refused = browse(official()).post(f"/petugas/laporan/{number}", {"action": "merge", "version": "1", "head": "salah"})

    assert refused.status_code == 422
    assert 'value="salah"' in refused.text
    assert "Tulis nomor laporan yang lebih dahulu." in refused.text


def test_an_office_adds_photos_to_its_reply_and_everyone_sees_them(
    installation: Installation, browse: Browse, official: Official, file: File, do: Do, jpeg: Callable[..., bytes]
) -> None:
    number = file().number
    do(number, Action.VERIFY, publish=True)
    do(number, Action.FORWARD, office="dinas-lh")
    officer = browse(official("office-officer", office="dinas-lh"))
    form = {"action": "reply", "version": "3", "text": "Sudah diangkut."}
    photo = {"photo": ("sesudah.jpg", jpeg(), "image/jpeg")}
    bad = officer.post(f"/petugas/laporan/{number}", form, files={"photo": ("x.jpg", b"MZ", "image/jpeg")})
    good = officer.post(f"/petugas/laporan/{number}", form, files=photo)
    page = browse().get(f"/lacak/{number}").text
    link = re.search(r'href="/71\.08/complaints(/foto/[0-9a-f]+)"', page)

    assert bad.status_code == 422
    assert "bukan foto yang dapat dibaca" in bad.text
    assert good.status_code == 303
    assert "Foto 1 dari perangkat daerah" in page
    assert link is not None
    assert browse().get(link[1]).status_code == 200
    with store.reading(installation) as connection:
        report = store.find(connection, number)
        assert report is not None
        (kept,) = store.photos(connection, [report.id])[report.id]
        assert (kept.author, kept.event_sequence) == ("official", store.history(connection, report.id)[-1].sequence)


def test_photos_belong_to_progress_and_reply_only(
    installation: Installation, browse: Browse, official: Official, file: File, jpeg: Callable[..., bytes]
) -> None:
    number = file().number
    form = {"action": "verify", "version": "1"}
    refused = browse(official()).post(f"/petugas/laporan/{number}", form, files={"photo": ("a.jpg", jpeg(), "image/jpeg")})

    assert refused.status_code == 422
    assert list(installation.files.names()) == []

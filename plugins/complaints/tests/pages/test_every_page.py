"""Every page is whole, in the reader's language and the region's words, and shows as text what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plugins.complaints.tests.pages.reading import Page
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.numbers import new_number
from smartcity_complaints.photos import prepare
from smartcity_complaints.records import Report
from smartcity_complaints.settings import Titles
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation

Do = Callable[..., Report]
File = Callable[..., Filed]
Official = Callable[..., Actor]
Browse = Callable[..., Any]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_whole_labelled_and_asks_nothing_of_other_sites(
    installation: Installation, browse: Browse, official: Official, draft: Callable[..., Draft], do: Do,
    jpeg: Callable[..., bytes], language: str,
) -> None:  # fmt: skip
    filed = file_report(installation, draft(name="Contoh"), key=new_key(), pictures=[prepare(jpeg(), 8)])
    do(filed.number, Action.VERIFY, publish=True)
    returned = file_report(installation, draft(), key=new_key())
    do(returned.number, Action.RETURN, text="Di mana?")
    answered = file_report(installation, draft(), key=new_key())
    do(answered.number, Action.VERIFY)
    do(answered.number, Action.REPLY, text="Sudah.")
    paths = [
        "/", "/lapor", "/lacak", "/laporan", "/laporan?cari=tidak+ada", f"/lacak/{filed.number}",
        f"/lacak/{returned.number}?kunci={returned.token}", f"/lacak/{answered.number}?kunci={answered.token}",
        f"/lapor/diterima/{filed.number}?kunci={filed.token}", "/petugas", "/petugas?status=rejected",
        f"/petugas/laporan/{filed.number}", "/peta", "/peta?terbuka=1&jenis=waste", "/angka", "/angka?tahun=semua",
        "/petugas?urut=terbaru&cari=smpah", "/no-such-page", f"/lacak/{new_number()}",
    ]  # fmt: skip
    browser = browse(official(), language=language)
    for path in paths:
        answer = browser.get(path)
        page = Page(answer.text)

        assert page.faults == [], path
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings[:1] == ["h1"], path
        assert page.headings.count("h1") == 1, path
        unlabelled = [c for c in page.controls if c.get("type") not in {"checkbox", "radio"} and c.get("id") not in page.labels]
        assert unlabelled == [], path
        assert [link for link in page.links if "//" in link.replace("mailto:", "")] == [], path
        assert f'lang="{language}"' in answer.text, path
        assert "%(" not in answer.text, path


def test_a_page_that_is_not_there_is_not_found(browse: Browse) -> None:
    assert browse().get("/no-such-page").status_code == 404


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "%(limit)s %s", "'; DROP TABLE report; --"])
def test_what_is_typed_is_shown_as_typed_everywhere(
    installation: Installation, browse: Browse, official: Official, draft: Callable[..., Draft], do: Do, typed: str
) -> None:
    filed = file_report(installation, draft(text=typed + " " * 3 + "panjang", place=typed, name=typed), key=new_key())
    do(filed.number, Action.VERIFY, publish=True, text=typed)
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
    browser = browse(official())
    for path in (f"/lacak/{filed.number}", "/laporan", "/petugas", f"/petugas/laporan/{filed.number}"):
        html = browser.get(path).text

        assert escaped in html, path
        assert "<script>alert" not in html, path
    found = browser.get("/laporan", params={"cari": typed})
    assert found.status_code == 200
    assert f'value="{escaped}"' in found.text


@pytest.mark.parametrize("query", ["status=no-such", "sesudah=x", "jenis=%00", "unit=%27--", "cari=" + "x" * 5000])
def test_odd_questions_are_answered_calmly(browse: Browse, official: Official, file: File, query: str) -> None:
    file()

    assert browse(official()).get(f"/petugas?{query}").status_code == 200
    assert browse().get(f"/laporan?{query}").status_code == 200


@pytest.mark.parametrize(("region", "clock_text"), [("13.10", "08.00 WIB"), ("73.71", "09.00 WITA")])
def test_times_are_those_of_the_region(
    install: Callable[..., Installation], browse: Browse, draft: Callable[..., Draft], region: str, clock_text: str
) -> None:
    installation = install(region)
    filed = file_report(installation, draft(), key=new_key())

    assert clock_text in browse(of=installation).get(f"/lacak/{filed.number}").text


def test_the_name_of_the_service_is_the_regions(install: Callable[..., Installation], browse: Browse) -> None:
    html = browse(of=install(service_name=Titles(id="Suara Contoh"))).get("/").text

    assert "<h1>Suara Contoh</h1>" in html

"""The page of figures, for everyone and for officials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plugins.complaints.tests.pages.reading import Page
from smartcity_complaints.filing import Filed
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation

Do = Callable[..., Report]
File = Callable[..., Filed]
Official = Callable[..., Actor]
Browse = Callable[..., Any]


def test_the_figures_show_offices_to_officials_and_each_office_its_own(
    browse: Browse, official: Official, file: File, do: Do, clock: object
) -> None:
    for office in ("dinas-lh", "dinas-pupr"):
        number = file().number
        do(number, Action.VERIFY, publish=True)
        do(number, Action.FORWARD, office=office)
        clock.move(days=2)  # type: ignore[attr-defined]
        do(number, Action.REPLY, text="Sudah.")
    everyone = browse().get("/angka").text
    leader = browse(official("leader")).get("/angka").text
    officer = browse(official("office-officer", office="dinas-lh")).get("/angka").text

    assert "Menurut perangkat daerah" not in everyone
    assert "Mar 2026" in everyone
    for page, own, other in ((leader, True, True), (officer, True, False)):
        rows = page.partition('id="by-office"')[2].partition('id="by-kind"')[0]
        assert ("Dinas Lingkungan Hidup" in rows) is own
        assert ("Dinas Pekerjaan Umum" in rows) is other
    assert Page(leader).faults == []


@pytest.mark.parametrize("asked", ["2026", "2025", "semua", "x", "99999999999", "-1"])
def test_whatever_year_is_asked_the_figures_answer(browse: Browse, file: File, asked: str) -> None:
    file()

    assert browse().get(f"/angka?tahun={asked}").status_code == 200


def test_officials_see_the_figures_where_the_public_list_is_off(
    install: Callable[..., Installation], browse: Browse, official: Official
) -> None:
    assert browse(official("leader"), of=install(public_list=False)).get("/angka").status_code == 200

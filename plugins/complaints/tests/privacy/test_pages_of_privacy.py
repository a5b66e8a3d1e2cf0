"""The pages of a reporter's own data, of the data protection officer, and of notices."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from smartcity_complaints import store
from smartcity_complaints.filing import Filed
from smartcity_complaints.privacy.record import processing_record
from smartcity_complaints.privacy.requests import ask_erasure
from smartcity_complaints.sending import send_waiting
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_share import Actor, Delivery, Installation
from smartcity_share.testing import Manifest

Mark = Callable[..., Filed]
Official = Callable[..., Actor]
Browse = Callable[..., Any]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_reporter_sees_what_is_held_and_takes_it_along(mark: Mark, browse: Browse, language: str) -> None:
    filed = mark()
    browser = browse(language=language)
    page = browser.get(f"/lacak/{filed.number}/data?kunci={filed.token}")

    assert page.status_code == 200
    for held in ("TANDANAMA Contoh", "tandasurel@contoh.example", "+62 811 7770 888", "TANDAISI", "TANDATEMPAT"):
        assert held in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    link = re.search(r'href="/71.08/complaints(/lacak/[^"]+/unduh\?kunci=[^"]+)"', page.text)
    assert link is not None
    answer = browser.get(link[1])
    assert answer.headers["content-type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


@pytest.mark.parametrize("path", ["data", "data/unduh"])
@pytest.mark.parametrize("query", ["", "?kunci=", "?kunci=AAAAAAAAAAAAAAAAAAAAAAAAAA", "?kunci=%00", "?kunci=%C3%A9"])
def test_without_the_secret_the_pages_are_not_there(mark: Mark, browse: Browse, path: str, query: str) -> None:
    assert browse().get(f"/lacak/{mark().number}/{path}{query}").status_code == 404


def test_the_follow_page_leads_to_the_data_only_with_the_secret(mark: Mark, browse: Browse) -> None:
    filed = mark()

    assert f"/lacak/{filed.number}/data" in browse().get(f"/lacak/{filed.number}?kunci={filed.token}").text
    assert f"/lacak/{filed.number}/data" not in browse().get(f"/lacak/{filed.number}").text


def test_stopping_the_news_by_the_page(mark: Mark, browse: Browse, installation: Installation) -> None:
    filed = mark()
    answer = browse().post(f"/lacak/{filed.number}/data", {"kunci": filed.token, "action": "stop-news"})

    assert answer.status_code == 303
    assert "stop-news" not in browse().get(answer.headers["location"].removeprefix("/71.08/complaints")).text
    assert send_waiting(installation) == 0


def test_from_the_request_to_the_decision_by_the_pages(mark: Mark, browse: Browse, official: Official) -> None:
    filed = mark(handled=True)
    citizen, officer = browse(), browse(official("data-officer"))
    own = f"/lacak/{filed.number}/data"
    assert citizen.post(own, {"kunci": filed.token, "action": "ask-erasure", "text": "Saya pindah."}).status_code == 303
    assert "ask-erasure" not in citizen.get(f"{own}?kunci={filed.token}").text

    record = officer.get("/petugas/data-pribadi").text
    link = re.search(r'href="/71.08/complaints(/petugas/data-pribadi/permintaan/\d+)"', record)
    assert link is not None
    assert "Saya pindah." in officer.get(link[1]).text

    refused = officer.post(link[1], {"decision": "granted", "text": " "})
    assert refused.status_code == 422
    assert "TANDAISI" in officer.get(link[1]).text
    assert officer.post(link[1], {"decision": "granted", "text": "Dikabulkan."}).status_code == 303
    assert "TANDA" not in officer.get(link[1]).text
    page = citizen.get(f"{own}?kunci={filed.token}").text
    assert "Dikabulkan." in page
    assert "TANDA" not in page
    assert officer.post(link[1], {"decision": "refused", "text": "Tidak."}).status_code == 422


@pytest.mark.parametrize("choice", ["", "both", "open"])
def test_a_decision_without_a_choice_is_asked_for_again(
    installation: Installation, mark: Mark, browse: Browse, official: Official, choice: str
) -> None:
    filed = mark()
    ask_erasure(installation, filed.number, filed.token, "")
    answer = browse(official("data-officer")).post(
        "/petugas/data-pribadi/permintaan/1", {"decision": choice, "text": "Ya, boleh."}
    )

    assert answer.status_code == 422
    assert "Pilih dikabulkan atau ditolak." in answer.text
    assert "Ya, boleh." in answer.text


@pytest.mark.parametrize("action", ["", "erase", "ask-erasure\r\nX: y"])
def test_another_action_is_not_there(mark: Mark, browse: Browse, action: str) -> None:
    filed = mark()

    assert browse().post(f"/lacak/{filed.number}/data", {"kunci": filed.token, "action": action}).status_code == 404


@pytest.mark.parametrize("role", ["leader", "verifier", "coordinator", "office-officer"])
def test_who_is_no_data_officer_sees_no_page_of_it(
    installation: Installation, mark: Mark, browse: Browse, official: Official, role: str
) -> None:
    filed = mark()
    ask_erasure(installation, filed.number, filed.token, "")
    browser = browse(official(role, office="dinas-lh"))

    assert browser.get("/petugas/data-pribadi").status_code == 404
    assert browser.get("/petugas/data-pribadi/permintaan/1").status_code == 404
    answer = browser.post("/petugas/data-pribadi/permintaan/1", {"decision": "granted", "text": "Ya."})
    assert answer.status_code == 404
    with store.reading(installation) as connection:
        report = store.find(connection, filed.number)
    assert report is not None
    assert report.erased_at is None


def test_a_request_that_is_not_there_is_not_found(browse: Browse, official: Official) -> None:
    assert browse(official("data-officer")).get("/petugas/data-pribadi/permintaan/99").status_code == 404


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_record_of_processing_lists_every_personal_datum_of_the_manifest(
    manifest: Manifest, browse: Browse, official: Official, mark: Mark, language: str
) -> None:
    mark()
    page = browse(official("data-officer"), language=language).get("/petugas/data-pribadi").text
    for data in manifest.data:
        personal = [field for field in data.fields if field.data_class.startswith("personal")]
        assert (data.title[language] in page) == bool(personal), data.id
        for field in personal:
            assert f"<code>{field.name}</code>" in page
        if personal:
            assert data.purpose[language] in page


def test_the_periods_of_the_settings_go_before_those_of_the_manifest(installation: Installation) -> None:
    settings = ComplaintsSettings(contact_months=18, words_months=6)
    with store.reading(installation) as connection:
        held = {found.id: found for found in processing_record(connection, settings)}

    assert held["reporters"].retention == "P1Y6M"
    assert held["reports"].retention == held["photos"].retention == "P6M"
    assert held["reporters"].count == 0


def test_notices_are_shown_and_tried_again(
    mark: Mark, browse: Browse, official: Official, installation: Installation, post: Any, audit: Any
) -> None:
    mark()
    object.__setattr__(installation, "messages", _Refusing())
    send_waiting(installation)
    coordinator = browse(official())
    page = coordinator.get("/petugas/kabar").text
    assert "550 no such user" in page

    assert coordinator.post("/petugas/kabar").status_code == 303
    object.__setattr__(installation, "messages", post)
    assert send_waiting(installation) == 1
    assert [entry[1] for entry in audit.entries][-1] == "notices.tried-again"


class _Refusing:
    def send(self, _message: object) -> Delivery:
        return Delivery(accepted=False, reason="550 no such user")


@pytest.mark.parametrize("role", ["leader", "verifier", "data-officer", "office-officer"])
def test_who_may_not_see_notices_does_not(browse: Browse, official: Official, role: str) -> None:
    browser = browse(official(role, office="dinas-lh"))

    assert browser.get("/petugas/kabar").status_code == 404
    assert browser.post("/petugas/kabar").status_code == 404


def test_the_work_list_leads_to_the_pages_a_role_may_open(browse: Browse, official: Official) -> None:
    coordinator, officer = (browse(official(role)).get("/petugas").text for role in ("coordinator", "data-officer"))

    assert "/petugas/kabar" in coordinator
    assert "/petugas/data-pribadi" not in coordinator
    assert "/petugas/data-pribadi" in officer
    assert "/petugas/kabar" not in officer

"""Markers are planted in every personal field and searched for wherever the public, a log or another office looks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartcity_complaints import open_data
from smartcity_complaints.exchange import export_to
from smartcity_complaints.filing import Filed
from smartcity_complaints.plugin import check_health, datasets, indicators
from smartcity_complaints.privacy.requests import ask_erasure
from smartcity_complaints.sending import send_waiting
from smartcity_share import Actor, Installation

Mark = Callable[..., Filed]
FoundIn = Callable[[str | bytes], list[str]]
ALWAYS = ("tandanama", "tandasurel", "7770 888", "tandacatatan", "tandaperintah", "tandapetugas", "tandaalasan")
"""What the public never sees, whatever an official released: who reported, and what officials keep among themselves."""


def _public_addresses(*numbers: str) -> list[str]:
    return [
        "/", "/lapor", "/lacak", "/laporan", "/data", "/data/laporan.csv", "/data/datapackage.json", "/data/laporan.zip",
        "/gaya.css", "/open311/v2/discovery.json", "/open311/v2/services.json", "/open311/v2/services.xml",
        "/open311/v2/requests.json", "/open311/v2/requests.xml", "/open311/v2/requests.json?extensions=true",
        "/open311/v2/requests.xml?extensions=true", "/open311/openapi.json", "/open311/v2/openapi.json", "/tidak-ada",
        *(
            path
            for number in numbers
            for path in (
                f"/lacak/{number}",
                f"/lacak/{number}?kunci=AAAA",
                f"/lacak/{number}/data",
                f"/lacak/{number}/data/unduh",
                f"/lapor/diterima/{number}",
                f"/open311/v2/requests/{number}.json",
                f"/open311/v2/requests/{number}.xml?extensions=true",
                f"/petugas/laporan/{number}",
            )
        ),
    ]  # fmt: skip


@pytest.fixture
def numbers(installation: Installation, mark: Mark) -> dict[str, Filed]:
    """Reports in every way they can be kept from the public, and one that was released."""
    made = {
        "new": mark(),
        "closed": mark(handled=True),
        "confidential": mark(handled=True, published=True, confidential=True),
        "released": mark(handled=True, published=True),
    }
    ask_erasure(installation, made["new"].number, made["new"].token, "TANDAALASAN")
    return made


def test_no_public_answer_holds_a_marker_of_a_report_that_was_not_released(
    numbers: dict[str, Filed], browse: Callable[..., Any], found_in: FoundIn
) -> None:
    hidden = [filed.number for name, filed in numbers.items() if name != "released"]
    browser = browse()
    for path in _public_addresses(*hidden):
        answer = browser.get(path, follow_redirects=True)
        # What was released may stand in lists. The reply of an office is for everyone who follows the report.
        if any(number in path for number in hidden):
            assert found_in(answer.content.replace(b"TANDABALASAN", b"")) == [], path


def test_the_markers_are_found_where_they_may_be(
    numbers: dict[str, Filed], browse: Callable[..., Any], installation: Installation, tmp_path: Path, found_in: FoundIn
) -> None:
    """What is searched for is there to be found: in what the reporter reads, and in the whole export of the region."""
    new = numbers["new"]
    export_to(installation, tmp_path)

    assert found_in(browse().get(f"/lacak/{new.number}/data?kunci={new.token}").content)
    whole = (tmp_path / "reports.jsonl").read_text("utf-8").lower()
    assert [marker for marker in ALWAYS if marker not in whole] == []
    assert found_in(whole)


def test_no_public_answer_ever_says_who_reported_or_what_officials_keep(
    numbers: dict[str, Filed], browse: Callable[..., Any]
) -> None:
    for path in _public_addresses(*(filed.number for filed in numbers.values())):
        for language in ("id", "en"):
            answer = browse(language=language).get(path, follow_redirects=True)
            text = answer.content.decode("latin-1").lower()

            assert [mark for mark in ALWAYS if mark in text] == [], path


@pytest.mark.parametrize("words", ["TANDANAMA", "tandasurel@contoh.example", "7770", "TANDACATATAN", "TANDAPETUGAS"])
def test_no_search_of_the_public_finds_a_report_by_what_is_kept(
    numbers: dict[str, Filed], browse: Callable[..., Any], words: str
) -> None:
    page = browse().get("/laporan", params={"cari": words}).text

    assert not any(f"/lacak/{filed.number}" in page for filed in numbers.values())


def test_open_data_and_figures_hold_no_marker_at_all(
    installation: Installation, numbers: dict[str, Filed], found_in: FoundIn
) -> None:
    (published,) = datasets(installation)
    everything = (
        b"".join(open_data.table_pieces(installation)).decode()
        + open_data.package_text(installation)
        + str(list(published.rows))
        + str(indicators(installation))
        + str(check_health(installation))
    )

    assert found_in(everything) == []
    assert numbers["closed"].number in everything
    assert numbers["confidential"].number not in everything


def test_another_office_sees_nothing(
    numbers: dict[str, Filed], browse: Callable[..., Any], official: Callable[..., Actor], found_in: FoundIn
) -> None:
    browser = browse(official("office-officer", office="dinas-pupr"))
    for filed in numbers.values():
        assert browser.get(f"/petugas/laporan/{filed.number}").status_code == 404
    assert found_in(browser.get("/petugas?status=semua").content) == []


@pytest.mark.parametrize("role", ["leader", "verifier", "coordinator", "data-officer"])
def test_no_page_of_officials_says_who_reported_before_somebody_asks(
    numbers: dict[str, Filed], browse: Callable[..., Any], official: Callable[..., Actor], role: str
) -> None:
    browser = browse(official(role))
    paths = ["/petugas", "/petugas?status=semua", "/petugas/data-pribadi", "/petugas/kabar", "/petugas/kunci-api"]
    for path in [*paths, *(f"/petugas/laporan/{filed.number}" for filed in numbers.values())]:
        text = browser.get(path).text.lower()

        assert "tandanama" not in text, path
        assert "tandasurel" not in text, path
        assert "7770 888" not in text, path


def test_a_look_at_the_reporter_is_recorded_and_only_for_who_may(
    numbers: dict[str, Filed], browse: Callable[..., Any], official: Callable[..., Actor], audit: Any
) -> None:
    number = numbers["new"].number
    before = len(audit.entries)
    for role in ("leader", "data-officer"):
        assert browse(official(role)).post(f"/petugas/laporan/{number}/pelapor").status_code == 404
    assert len(audit.entries) == before

    page = browse(official("verifier")).post(f"/petugas/laporan/{number}/pelapor")

    assert "TANDANAMA Contoh" in page.text
    assert audit.entries[-1] == ("verifier-all", "report.contact-seen", number, {})


def test_logs_and_audit_trail_hold_no_marker(
    installation: Installation,
    mark: Mark,
    audit: Any,
    browse: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    found_in: FoundIn,
) -> None:
    caplog.set_level(logging.DEBUG)
    filed = mark(handled=True, published=True)
    browser = browse()
    browser.post("/lapor", {"name": "TANDANAMA", "email": "tandasurel", "text": "TANDAISI", "phone": "+62 811 7770 888"})
    browser.post(f"/lacak/{filed.number}", {"kunci": "salah", "action": "appeal", "text": "TANDASANGGAH"})
    send_waiting(installation)
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "asyncio")))

    assert found_in(logged) == []
    assert found_in(str(audit.entries)) == []


def test_the_table_of_the_regions_own_export_leaves_the_reporter_out(
    installation: Installation, numbers: dict[str, Filed], tmp_path: Path
) -> None:
    assert export_to(installation, tmp_path) == len(numbers)
    table = (tmp_path / "reports.csv").read_text(encoding="utf-8-sig").lower()

    assert [marker for marker in ("tandanama", "tandasurel", "7770 888") if marker in table] == []


def test_e_mails_hold_nothing_the_reporter_typed(installation: Installation, numbers: dict[str, Filed], post: Any) -> None:
    assert send_waiting(installation) > len(numbers)
    for letter in post.sent:
        text = f"{letter.subject}\n{letter.text}".lower()
        for marker in ("tandanama", "tandaisi", "tandatempat", "7770 888", "tandacatatan", "tandaperintah", "tandajawaban"):
            assert marker not in text

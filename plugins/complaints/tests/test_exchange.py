"""What is exported can be imported elsewhere and is then the same; a folder with a fault changes nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from smartcity_complaints import store
from smartcity_complaints.draft import Draft
from smartcity_complaints.errors import ImportRefusedError
from smartcity_complaints.exchange import export_to, import_from
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.listing import Wanted, page
from smartcity_complaints.numbers import token_fits
from smartcity_complaints.photos import prepare
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation


@pytest.fixture
def exported(
    installation: Installation,
    draft: Callable[..., Draft],
    file: Callable[..., Filed],
    do: Callable[..., Report],
    jpeg: Callable[..., bytes],
    tmp_path: Path,
) -> Path:
    """Export three reports: one with everything, one rejected, one whose words begin like a formula."""
    whole = file_report(installation, draft(name="Contoh Warga"), key="k" * 24, pictures=[prepare(jpeg(), 8)])
    do(whole.number, Action.VERIFY, publish=True)
    do(whole.number, Action.FORWARD, office="dinas-lh", text="Segera.")
    do(whole.number, Action.REPLY, text="Sudah.")
    do(file().number, Action.REJECT, text="Bukan kewenangan daerah.")
    file(text='=HYPERLINK("http://contoh.example")')
    target = tmp_path / "export"
    target.mkdir()
    assert export_to(installation, target) == 3
    return target


def _lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines()]


def test_export_and_import_give_the_same_again(exported: Path, install: Callable[..., Installation], tmp_path: Path) -> None:
    other = install("71.08")
    again = tmp_path / "again"
    again.mkdir()

    assert import_from(other, exported) == 3
    export_to(other, again)

    assert _lines(again) == _lines(exported)
    assert (again / "reports.csv").read_bytes() == (exported / "reports.csv").read_bytes()
    assert sorted(path.name for path in (again / "photos").iterdir()) == sorted(
        path.name for path in (exported / "photos").iterdir()
    )


def test_importing_twice_adds_nothing(exported: Path, install: Callable[..., Installation]) -> None:
    other = install("71.08")
    import_from(other, exported)

    assert import_from(other, exported) == 0
    with store.reading(other) as connection:
        assert len(page(connection, Wanted()).reports) == 3


def test_the_register_and_the_follow_link_go_on_after_an_import(
    exported: Path, install: Callable[..., Installation], draft: Callable[..., Draft]
) -> None:
    from smartcity_complaints.numbers import follow_token

    other = install("71.08")
    import_from(other, exported)
    number = file_report(other, draft(), key=new_key()).number

    with store.reading(other) as connection:
        fresh = store.find(connection, number)
        followed = store.find(connection, str(_lines(exported)[0]["number"]))
    assert fresh is not None
    assert fresh.register == "2026/0004"
    assert followed is not None
    assert token_fits(follow_token("k" * 24), followed.follow_fingerprint)


def test_a_spreadsheet_finds_no_formula_in_the_table(exported: Path) -> None:
    with (exported / "reports.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))

    assert rows[2]["text"].startswith("'=HYPERLINK")
    assert "Contoh Warga" not in (exported / "reports.csv").read_text(encoding="utf-8")


def _break(folder: Path, name: str, content: bytes | None) -> None:
    path = folder / name
    path.unlink() if content is None else path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("format.json", None, "no format.json"),
        ("format.json", b"[]", "something else"),
        ("format.json", b'{"format": "smartcity-complaints", "version": 2}', "version 2"),
        ("reports.jsonl", None, "no reports.jsonl"),
        ("reports.jsonl", b"{}\n", "line 1: number"),
        ("reports.jsonl", b"{", "line 1: JSON"),
        ("reports.jsonl", b'{"surprise": 1}\n', "line 1"),
    ],
)
def test_a_folder_with_a_fault_is_refused_and_nothing_is_taken_over(
    exported: Path, install: Callable[..., Installation], name: str, content: bytes | None, told: str
) -> None:
    other = install("71.08")
    _break(exported, name, content)

    with pytest.raises(ImportRefusedError, match=told):
        import_from(other, exported)
    with store.reading(other) as connection:
        assert page(connection, Wanted()).reports == ()


@pytest.mark.parametrize("content", [None, b"no photo"])
def test_a_missing_or_broken_photo_undoes_the_whole_import(
    exported: Path, install: Callable[..., Installation], content: bytes | None
) -> None:
    other = install("71.08")
    photo = next((exported / "photos").iterdir())
    _break(exported, f"photos/{photo.name}", content)

    with pytest.raises(ImportRefusedError, match=photo.stem):
        import_from(other, exported)
    with store.reading(other) as connection:
        assert page(connection, Wanted()).reports == ()
    assert list(other.files.names()) == []


def test_a_number_with_a_wrong_check_character_is_refused(exported: Path, install: Callable[..., Installation]) -> None:
    lines = _lines(exported)
    lines[0]["number"] = "222-222-223"
    (exported / "reports.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    with pytest.raises(ImportRefusedError, match="222-222-223 is no report number"):
        import_from(install("71.08"), exported)


def test_a_photo_id_cannot_lead_out_of_the_folder(exported: Path, install: Callable[..., Installation]) -> None:
    lines = _lines(exported)
    lines[0]["photos"] = [{"id": "../../../../etc/passwd", "added_at": "2026-01-01T00:00:00Z"}]
    (exported / "reports.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    with pytest.raises(ImportRefusedError, match="photos"):
        import_from(install("71.08"), exported)


def test_a_merged_report_finds_its_target_again(exported: Path, install: Callable[..., Installation]) -> None:
    lines = _lines(exported)
    lines[0]["merged_into"] = lines[1]["number"]
    (exported / "reports.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    other = install("71.08")
    import_from(other, exported)

    with store.reading(other) as connection:
        report, target = (store.find(connection, str(line["number"])) for line in lines[:2])
    assert report is not None
    assert target is not None
    assert report.merged_into == target.id


def test_what_was_erased_stays_erased_and_decisions_come_along(
    installation: Installation,
    file: Callable[..., Filed],
    install: Callable[..., Installation],
    official: Callable[..., Actor],
    tmp_path: Path,
) -> None:
    from smartcity_complaints.privacy.requests import ask_erasure, decide, requests_of

    for grant in (True, False):
        filed = file(name="TANDA", email="tanda@contoh.example", text="TANDA " * 5)
        ask_erasure(installation, filed.number, filed.token, "Saya pindah.")
        with store.reading(installation) as connection:
            report = store.find(connection, filed.number)
            assert report is not None
            request = requests_of(connection, report.id)[-1].id
        decide(installation, official("data-officer"), request, grant=grant, answer="Diputuskan.")
    export_to(installation, tmp_path)
    lines = (tmp_path / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    other = install("71.08")

    assert "TANDA" not in lines[0].upper()
    assert import_from(other, tmp_path) == 2
    with store.reading(other) as connection:
        kept = [store.find(connection, str(json.loads(line)["number"])) for line in lines]
        assert [None if report is None else report.erased_at for report in kept] == [installation.now(), None]
        contacts = [store.contact(connection, report.id) for report in kept if report is not None]
        assert [contact.name for contact in contacts if contact is not None] == ["", "TANDA"]
        assert [requests_of(connection, report.id)[0].answer for report in kept if report is not None] == ["Diputuskan."] * 2

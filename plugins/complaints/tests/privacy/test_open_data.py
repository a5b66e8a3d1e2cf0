"""The open data is what the manifest declares, valid to a stranger's validator, and as small in memory for many as for few."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from smartcity_complaints import model, open_data
from smartcity_complaints.cells import cell_of
from smartcity_complaints.filing import Filed
from smartcity_complaints.plugin import datasets
from smartcity_share import Actor, Installation
from smartcity_share.testing import Manifest

Mark = Callable[..., Filed]


def _table(installation: Installation) -> list[dict[str, str]]:
    text = b"".join(open_data.table_pieces(installation)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _many(installation: Installation, count: int) -> None:
    """Put in many reports quickly; every ten came at the same moment."""
    now = installation.now()
    fixed = {
        "register_year": 2026, "kind": "waste", "state": "new", "text": "Isi", "place": "", "channel": "web", "language": "id",
        "confidential": False, "published": False, "updated_at": now, "version": 1,
    }  # fmt: skip
    rows = [
        {
            **fixed,
            "number": f"N-{place:08d}"[:11],
            "register_serial": place,
            "submitted_at": now + timedelta(seconds=place // 10),
        }
        for place in range(1, count + 1)
    ]
    with installation.database.begin() as connection:
        connection.execute(insert(model.report), rows)


Validated = Callable[[Path], dict[str, Any]]
FRICTIONLESS: Final = """
import os, sys
import frictionless
for line in sys.stdin:
    folder, _, name = line.rstrip("\\n").rpartition("/")
    os.chdir(folder)
    print(frictionless.validate(name).to_json().replace("\\n", " "), flush=True)
"""


@pytest.fixture(scope="module")
def validated() -> Iterator[Validated]:
    """Ask frictionless what it says of a Data Package; it runs in one process of its own, for it takes seconds to begin."""
    command = [sys.executable, "-W", "ignore", "-c", FRICTIONLESS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, told = process.stdin, process.stdout
        assert asked is not None
        assert told is not None

        def ask(path: Path) -> dict[str, Any]:
            print(path, file=asked, flush=True)
            report: dict[str, Any] = json.loads(told.readline())
            return report

        yield ask
        asked.close()


@pytest.fixture
def saved(installation: Installation, mark: Mark, tmp_path: Path) -> Path:
    """The open data of a few reports, in a folder."""
    for changes in ({}, {"handled": True, "published": True}, {"confidential": True}, {"kind": "road", "district": ""}):
        mark(**changes)
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "datapackage.json").write_text(open_data.package_text(installation), encoding="utf-8")
    (folder / "laporan.csv").write_bytes(b"".join(open_data.table_pieces(installation)))
    (folder / "laporan.zip").write_bytes(b"".join(open_data.archive_pieces(installation)))
    return folder


def test_frictionless_finds_no_fault(saved: Path, validated: Validated) -> None:
    found = validated(saved / "datapackage.json")

    assert found["valid"], found
    assert found["tasks"][0]["type"] == "table"
    assert found["tasks"][0]["stats"]["rows"] == 3


def test_names_in_the_package_are_plain_and_unlike_each_other(saved: Path) -> None:
    """Harvesters stumble over colons in identifiers and over titles that occur twice."""
    package = json.loads((saved / "datapackage.json").read_text("utf-8"))
    names = [package["name"], *(resource["name"] for resource in package["resources"])]

    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name) for name in names)
    assert len(set(names)) == len(names)


def test_frictionless_finds_no_fault_in_the_archive(saved: Path, validated: Validated) -> None:
    assert validated(saved / "laporan.zip")["valid"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",new,", ",unknown,", "constraint-error"),
        ("2026-03-02T01:00:00Z", "kemarin", "type-error"),
        ("number,", "nomor,", "incorrect-label"),
    ],
)
def test_frictionless_would_find_a_fault(saved: Path, validated: Validated, old: str, new: str, told: str) -> None:
    table = saved / "laporan.csv"
    assert old in table.read_text()
    table.write_text(table.read_text().replace(old, new, 1))
    found = validated(saved / "datapackage.json")

    assert not found["valid"]
    assert told in str(found)


def test_the_columns_are_those_of_the_manifest(manifest: Manifest, installation: Installation, mark: Mark) -> None:
    number = mark(handled=True).number
    mark(confidential=True)
    (declared,) = manifest.datasets
    (row,) = _table(installation)
    described = open_data.package(installation)["resources"][0]["schema"]["fields"]
    (published,) = datasets(installation)

    assert list(row) == [column.name for column in declared.columns]
    assert [field["name"] for field in described] == list(row)
    assert all(field["title"] for field in described)
    assert row["number"] == number
    assert row["state"] == "closed"
    assert row["submitted_at"] == "2026-03-02T01:00:00Z"
    assert [dict(found)["number"] for found in published.rows] == [number]


def test_licence_source_and_title_are_stated(install: Callable[..., Installation]) -> None:
    described = open_data.package(install(public_address="https://contoh.example/complaints"))

    assert described["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert described["licenses"][0]["path"].startswith("https://creativecommons.org/")
    assert described["sources"] == [{"title": "Laporan Warga", "path": "https://contoh.example/complaints"}]
    assert described["name"] == "complaints-71.08"


def test_every_report_is_in_it_once_across_batches(installation: Installation) -> None:
    _many(installation, 2_345)
    numbers = [row["number"] for row in _table(installation)]

    assert len(numbers) == 2_345
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 2_345


def test_an_empty_service_has_a_table_with_a_heading(installation: Installation, tmp_path: Path) -> None:
    archive = b"".join(open_data.archive_pieces(installation))
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        assert opened.read("laporan.csv").decode().splitlines() == [",".join(open_data.columns())]


@pytest.mark.parametrize("pieces", [open_data.table_pieces, open_data.archive_pieces])
def test_many_reports_need_no_more_memory_than_few(installation: Installation, pieces: Callable[..., Any]) -> None:
    def peak() -> int:
        tracemalloc.start()
        for _ in pieces(installation):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    _many(installation, 2_000)
    peak()
    few = peak()
    with installation.database.begin() as connection:
        connection.execute(model.report.delete())
    _many(installation, 20_000)

    assert peak() < 1.5 * few


@given(st.text(max_size=40))
def test_no_cell_is_a_formula(text: str) -> None:
    cell = str(cell_of(text))

    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("text", ["=1+1", "+62", "-2", "@SUM(A1)", "\t=1", "  =1", "\uff1d1", "\r\n=1"])
def test_what_looks_like_a_formula_is_made_a_text(text: str) -> None:
    assert cell_of(text) == f"'{text}"


def test_a_number_stays_a_number() -> None:
    assert [cell_of(value) for value in (-2.5, None, 0, "a=b")] == [-2.5, None, 0, "a=b"]


# -- the pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_leads_to_the_files(browse: Callable[..., Any], mark: Mark, language: str) -> None:
    mark()
    browser = browse(language=language)
    page = browser.get("/data")
    table = browser.get("/data/laporan.csv")

    assert page.status_code == 200
    for name in ("laporan.csv", "datapackage.json", "laporan.zip"):
        assert f"/71.08/complaints/data/{name}" in page.text
        assert browser.get(f"/data/{name}").headers["content-disposition"] == f'attachment; filename="{name}"'
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(table.text.splitlines()) == 2
    assert browser.get("/data/datapackage.json").json()["resources"][0]["path"] == "laporan.csv"
    assert zipfile.ZipFile(io.BytesIO(browser.get("/data/laporan.zip").content)).testzip() is None


def test_a_region_that_publishes_none_has_none(
    install: Callable[..., Installation], browse: Callable[..., Any], official: Callable[..., Actor]
) -> None:
    closed = install(open_data=False)
    for actor in ({}, {"actor": official()}):
        browser = browse(of=closed, **actor)
        for path in ("/data", "/data/laporan.csv", "/data/datapackage.json", "/data/laporan.zip"):
            assert browser.get(path).status_code == 404
    assert tuple(datasets(closed)) == ()

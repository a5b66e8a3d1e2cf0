"""The script that makes the table: how it mends and judges what the packages say (the packages are made here)."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    specification = importlib.util.spec_from_file_location("regions_script", ROOT / "scripts" / "regions.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def tarball(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            raw = text.encode()
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(raw)
            archive.addfile(entry, io.BytesIO(raw))
    return path


def committed() -> list[dict[str, str]]:
    with (ROOT / "src/smartcity_share/regions/data/indonesia.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def source_package(path: Path, change: dict[str, str] | None = None) -> Path:
    """The source package as it would have to be to give the committed table, with some names changed."""
    rows = committed()
    named = {row["code"]: row["short_name"] if row["kind"] == "provinsi" else row["name"] for row in rows} | (change or {})
    provinces = [{"code": code, "name": name} for code, name in named.items() if len(code) == 2]
    cities = [{"code": code.replace(".", ""), "name": name} for code, name in named.items() if len(code) > 2]
    return tarball(path, {"data/json/provinces.json": json.dumps(provinces), "data/json/cities.json": json.dumps(cities)})


def witness_package(path: Path, change: dict[str, str] | None = None) -> Path:
    rows = committed()
    named = {row["code"]: row["short_name"] if row["kind"] == "provinsi" else row["name"] for row in rows} | (change or {})
    provinces = "code,name\n" + "".join(f"{code},{name}\n" for code, name in named.items() if len(code) == 2)
    regencies = "code,province_code,name\n" + "".join(f"{c},{c[:2]},{name}\n" for c, name in named.items() if len(c) > 2)
    return tarball(path, {"data/provinces.csv": provinces, "data/regencies.csv": regencies})


def test_the_same_names_give_the_committed_table(script: ModuleType, tmp_path: Path) -> None:
    rows, notes = script.build(source_package(tmp_path / "s.tgz"))

    assert script.table_text(rows) == (ROOT / "src/smartcity_share/regions/data/indonesia.csv").read_text("utf-8")
    assert notes == []
    assert script.compare(rows, witness_package(tmp_path / "w.tgz")) == []


@pytest.mark.parametrize(
    ("found", "mended"),
    [
        ("Kab Timor Tengah Selatan", "Kabupaten Timor Tengah Selatan"),
        ("Kab. Nias", "Kabupaten Nias"),
        ("Kabupaten  Pelalawan", "Kabupaten Pelalawan"),
        ("Kabupaten Kep. Aru", "Kabupaten Kepulauan Aru"),
        ("Kota Kabanjahe", "Kota Kabanjahe"),
    ],
)
def test_known_faults_of_the_source_are_mended(script: ModuleType, found: str, mended: str) -> None:
    assert script.corrected(found) == mended


def test_mended_names_are_noted(script: ModuleType, tmp_path: Path) -> None:
    _, notes = script.build(source_package(tmp_path / "s.tgz", {"12.04": "Kab. Nias"}))

    assert notes == ["12.04: 'Kab. Nias' -> 'Kabupaten Nias'"]


@pytest.mark.parametrize(("code", "name"), [("12.04", "Kota Nias"), ("31.71", "Kota Jakarta Pusat")])
def test_a_name_that_contradicts_its_code_stops_the_script(script: ModuleType, tmp_path: Path, code: str, name: str) -> None:
    with pytest.raises(SystemExit, match=code):
        script.build(source_package(tmp_path / "s.tgz", {code: name}))


def test_a_missing_region_stops_the_script(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="99 kota, expected 98"):
        script.build(source_package(tmp_path / "s.tgz", {"32.99": "Kota Baru Sekali"}))


def test_a_cell_that_needs_quoting_stops_the_script(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="quoting"):
        script.build(source_package(tmp_path / "s.tgz", {"12.04": "Kabupaten Nias, Pulau"}))


def test_the_cross_check_tells_every_difference(script: ModuleType, tmp_path: Path) -> None:
    rows, _ = script.build(source_package(tmp_path / "s.tgz"))
    changed = {"12.04": "Kota Nias", "72.04": "Kabupaten Tolitoli", "99.01": "Kabupaten Baru"}

    differences = script.compare(rows, witness_package(tmp_path / "w.tgz", changed))

    assert [line.split(":")[0] for line in differences] == ["99.01", "12.04", "12.04", "72.04"]
    assert "kind kabupaten" in differences[2]


def test_a_tarball_with_another_digest_is_refused(script: ModuleType, tmp_path: Path) -> None:
    source_package(tmp_path / script.SOURCE.tarball)

    with pytest.raises(SystemExit, match="sha256"):
        script.fetch(script.SOURCE, tmp_path)


def test_check_exits_1_when_the_committed_table_differs(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tarballs = {script.SOURCE: source_package(tmp_path / "s.tgz"), script.WITNESS: witness_package(tmp_path / "w.tgz")}
    monkeypatch.setattr(script, "fetch", lambda package, _folder: tarballs[package])
    monkeypatch.setattr(script, "DATA", tmp_path)

    monkeypatch.setattr("sys.argv", ["regions.py", "--check"])
    assert script.main() == 1
    assert "indonesia.csv is not what the packages say" in capsys.readouterr().err
    assert not (tmp_path / "indonesia.csv").exists()

    monkeypatch.setattr("sys.argv", ["regions.py"])
    assert script.main() == 0
    monkeypatch.setattr("sys.argv", ["regions.py", "--check"])
    assert script.main() == 0
